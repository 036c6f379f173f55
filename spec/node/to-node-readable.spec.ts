import { describe, expect, it } from '@jest/globals';
import { toNodeReadable } from '../../adapters/node/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { modes, rest } from './node-streams.ts';

describe('toNodeReadable', () => {
  it.each(modes)(
    'slack of a consumer that stalls after one chunk: chunks of $chunk, highWaterMark $hwm',
    async ({ chunk, hwm }) => {
      const source = countingSource({ chunkBytes: chunk });
      const readable = toNodeReadable(body(source, { highWaterMark: hwm }));
      await rest();
      expect(source.pulls).toBe(0);
      await new Promise((resolve) => readable.once('readable', resolve));
      await rest(200);
      expect(source.bytes).toBeLessThanOrEqual(hwm + readable.readableHighWaterMark + 2 * chunk);
      readable.destroy(new Error('left'));
      readable.on('error', () => {});
      await rest();
      expect(source.cancelled?.reason).toMatchObject({ message: 'left' });
    },
  );

  it('carries a body, its end and its error', async () => {
    const whole: Buffer[] = [];
    for await (const chunk of toNodeReadable(
      body(countingSource({ chunkBytes: 1000, totalBytes: 100_000, async: true })),
    )) {
      whole.push(chunk as Buffer);
    }
    expect(Buffer.concat(whole)).toHaveLength(100_000);
    const failure = new Error('broke');
    const broken = toNodeReadable(() =>
      (function* () {
        yield 'a';
        throw failure;
      })(),
    );
    const got: string[] = [];
    const error = await (async () => {
      for await (const chunk of broken) got.push(String(chunk));
    })().catch((e) => e);
    expect(error).toBe(failure);
    expect(got).toEqual(['a']);
  });

  it('an error that nobody listens to any more is no uncaught exception', async () => {
    const failure = new Error('the client left');
    const readable = toNodeReadable(async function* () {
      yield 'a';
      throw failure;
    });
    const closed = new Promise((resolve) => readable.on('close', resolve));
    readable.resume();
    await closed;
    expect(readable.errored).toBe(failure);
    expect(readable.readableEnded).toBe(false);
  });
});
