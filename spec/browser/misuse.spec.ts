import { describe, expect, it, jest } from '@jest/globals';
import { fromMessagePort, saveTo, toFetchListener, upload } from '../../adapters/browser/mod.ts';
import { respond } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';
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
    const stream = body('x');
    await expect(saveTo(stream, {}, { signal: 5 as never })).rejects.toThrow('it must be an AbortSignal');
    await expect(upload('', stream, { limit: Number.NaN })).rejects.toThrow(RangeError);
    expect(stream.locked).toBe(false);
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

  it('upload: what fetch refused as a stream is not gathered without end', async () => {
    const refuse = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
    const endless = countingSource({ chunkBytes: 1024 * 1024 });
    const error = await upload('http://127.0.0.1/', endless).catch((e) => e);
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 64 * 1024 * 1024 });
    expect(endless).toMatchObject({ pulls: 65, cancelled: { reason: error } });
    const declared = { ...countingSource({ chunkBytes: 1 }), byteLength: 1001, pull: jest.fn(() => null) };
    await expect(upload('http://127.0.0.1/', declared, { limit: 1000 })).rejects.toMatchObject({
      limit: 1000,
      received: 1001,
    });
    expect(declared.pull).not.toHaveBeenCalled();
    expect(refuse).toHaveBeenCalledTimes(2);
    refuse.mockRestore();
  });

  it('upload: an aborted signal ends what is being gathered, with its reason', async () => {
    const refuse = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const silent = {
      pull: () => new Promise<null>(() => {}),
      cancel: (why: unknown) => void reasons.push(why),
    };
    const uploaded = upload('http://127.0.0.1/', silent, { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(uploaded).rejects.toBe(reason);
    expect(reasons).toEqual([reason]);
    refuse.mockRestore();
  });
});
