import { describe, expect, it } from '@jest/globals';
import { toNodeWritable } from '../../adapters/node/mod.ts';
import { rest, sizes } from './node-streams.ts';

describe('toNodeWritable', () => {
  it.each(sizes)('slack of a sink that stalls: chunks of %d', async (chunk) => {
    let taken = 0;
    const sink = new WritableStream<Uint8Array>({
      write: () => new Promise(() => {}),
    });
    const writable = toNodeWritable(sink);
    while (writable.write(Buffer.alloc(chunk))) taken += chunk;
    await rest();
    expect(taken + chunk).toBeLessThanOrEqual(writable.writableHighWaterMark + 2 * chunk);
    writable.destroy();
  });

  it('write, close, abort and failure pass', async () => {
    const chunks: string[] = [];
    let closed = false;
    const sink = new WritableStream<Uint8Array>({
      write: (chunk) => void chunks.push(new TextDecoder().decode(chunk)),
      close: () => {
        closed = true;
      },
    });
    const writable = toNodeWritable(sink);
    writable.write('a');
    await new Promise<void>((resolve) => writable.end('b', () => resolve()));
    expect([chunks.join(''), closed]).toEqual(['ab', true]);

    const failure = new Error('full');
    const failing = toNodeWritable(
      new WritableStream({
        write: () => {
          throw failure;
        },
      }),
    );
    failing.write('x');
    expect(await new Promise((resolve) => failing.once('error', resolve))).toBe(failure);

    let reason: unknown;
    const aborted = toNodeWritable(
      new WritableStream({
        abort: (why) => {
          reason = why;
        },
      }),
    );
    aborted.on('error', () => {});
    aborted.destroy(failure);
    await rest();
    expect(reason).toBe(failure);
  });

  it('gives memory that may be detached', async () => {
    const given: Uint8Array[] = [];
    const writable = toNodeWritable(
      new WritableStream<Uint8Array<ArrayBuffer>>({
        write(chunk) {
          // Node 20 copies the pool in place of detaching it.
          expect(chunk.buffer.byteLength).toBe(6);
          given.push(structuredClone(chunk, { transfer: [chunk.buffer] }));
        },
      }),
    );
    const pooled = Buffer.from('pooled');
    writable.write(pooled);
    await new Promise<void>((resolve) => writable.end(resolve));
    expect(given).toEqual([new Uint8Array(pooled)]);
    expect(pooled.toString()).toBe('pooled');
  });
});
