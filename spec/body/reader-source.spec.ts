import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import { readerSource } from '../../lib/body/reader-source.ts';
import { body, bytes, fork, limitBytes, pipe } from '../../lib/mod.ts';

const streamOf = (chunks: unknown[], cancel?: (reason: unknown) => void) =>
  new ReadableStream(
    {
      pull(controller) {
        if (chunks.length === 0) controller.close();
        else controller.enqueue(chunks.shift());
      },
      ...(cancel && { cancel }),
    },
    { highWaterMark: 0 },
  );

describe('readerSource, in a body', () => {
  it('locks at once, makes bytes of text and other views, and unlocks at the end', async () => {
    const stream = streamOf(['é', new Uint16Array([1]), new ArrayBuffer(3)]);
    const source = new BodyCore(readerSource(stream));
    expect(stream.locked).toBe(true);
    const sizes: unknown[] = [];
    for (let chunk = await source.pull(1); chunk !== null; chunk = await source.pull(1))
      sizes.push([chunk instanceof Uint8Array, chunk.byteLength]);
    expect(sizes).toEqual([
      [true, 2],
      [true, 2],
      [true, 3],
    ]);
    expect(stream.locked).toBe(false);
  });

  it('a cancel that comes as the stream ends is no error', async () => {
    const stream = streamOf([]);
    const source = new BodyCore(readerSource(stream));
    expect(await source.pull(1)).toBeNull();
    await source.cancel('late');
    expect(stream.locked).toBe(false);
  });

  it('a cancel while a read is pending settles it and unlocks', async () => {
    const reasons: unknown[] = [];
    const stream = new ReadableStream<Uint8Array>({ cancel: (reason) => void reasons.push(reason) });
    const source = new BodyCore(readerSource(stream));
    const pull = source.pull(1);
    await source.cancel('left');
    expect([await pull, reasons, stream.locked]).toEqual([null, ['left'], false]);
  });

  it('unlocks a stream that fails', async () => {
    const failure = new Error('broke');
    const stream = new ReadableStream({ pull: () => Promise.reject(failure) });
    const source = new BodyCore(readerSource(stream));
    expect(await Promise.resolve(source.pull(1)).catch((e) => e)).toBe(failure);
    expect(stream.locked).toBe(false);
  });

  it.each(['a body', 'a fork', 'a pipe'])('%s fails by a result that is none, and unlocks', async (made) => {
    const detached = new DataView(new ArrayBuffer(8));
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    for (const result of [undefined, { done: false, value: detached }]) {
      let locked = true;
      const stream = {
        locked: false,
        getReader: () => ({
          read: async () => result,
          cancel: async () => {},
          releaseLock: () => {
            locked = false;
          },
        }),
      } as unknown as ReadableStream<Uint8Array>;
      const [one, other] =
        made === 'a fork'
          ? fork(stream, 2, { highWaterMark: 1 })
          : [made === 'a body' ? body(stream) : pipe(stream, limitBytes(9))];
      for (const branch of [one, other])
        if (branch) await expect(bytes(branch)).rejects.toBeInstanceOf(TypeError);
      expect(locked).toBe(false);
    }
  });
});
