import { describe, expect, it } from '@jest/globals';
import { fromMessagePort, saveTo, toFetchListener } from '../../adapters/browser/mod.ts';
import { respond } from '../../lib/http/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

describe('sluice/browser', () => {
  it('refuses what can not be, with the body cancelled', async () => {
    for (const handle of [undefined, null, 5, {}]) {
      const source = countingSource({ chunkBytes: 1 });
      const saved = saveTo(source, handle as never);
      await expect(saved).rejects.toThrow(
        /^Cannot save a body as the handle must be that of a file that can be written: received /,
      );
      expect(source).toMatchObject({ pulls: 0, cancelled: { reason: expect.any(TypeError) } });
    }
    for (const port of [undefined, null, 5, {}])
      expect(() => fromMessagePort(port as never)).toThrow(
        /^Cannot use a port as it must be a MessagePort: received /,
      );
    expect(() => toFetchListener(undefined as never)).toThrow(TypeError);
    expect(() => toFetchListener(() => respond(), { matches: 5 as never })).toThrow(
      'Cannot use matches as it must be a function: received 5',
    );
  });

  it('saveTo: a signal ends the wait for a file that the user has not allowed yet', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const reason = new Error('enough');
    const controller = new AbortController();
    const aborted: unknown[] = [];
    let allow = (_file: WritableStream): void => {};
    const handle = { createWritable: () => new Promise<WritableStream>((resolve) => void (allow = resolve)) };
    const saved = saveTo(source, handle, { signal: controller.signal });
    controller.abort(reason);
    await expect(saved).rejects.toBe(reason);
    expect(source).toMatchObject({ pulls: 0, cancelled: { reason } });
    allow(new WritableStream({ abort: (why) => void aborted.push(why) }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(aborted).toEqual([reason]);
  });
});
