import { describe, expect, it } from '@jest/globals';
import { readBody } from '../../adapters/browser/read-body.ts';
import { body, bytes } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';

const response = (source: ReturnType<typeof countingSource>) => new Response(body(source));

describe('readBody', () => {
  it('without options is the body, read on demand', async () => {
    const source = countingSource({ chunkBytes: 4, totalBytes: 8 });
    const stream = readBody(response(source));
    expect(source.pulls).toBe(0);
    expect((await bytes(stream)).byteLength).toBe(8);
  });

  it('a limit and a signal end the download, with what the reader gets', async () => {
    const long = countingSource({ chunkBytes: 4 });
    const error = await bytes(readBody(response(long), { limit: 6 })).catch((e) => e);
    expect([error.code, long.cancelled?.reason]).toEqual(['ERR_LIMIT_EXCEEDED', error]);
    const left = new AbortController();
    const source = countingSource({ chunkBytes: 4 });
    const stream = readBody(response(source), { signal: left.signal });
    left.abort('enough');
    await expect(bytes(stream)).rejects.toBe('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
  });

  it('a read may wait for the network only so long, by the clock that is given', async () => {
    const clock = virtualClock();
    const silent = new Response(body({ pull: () => new Promise<null>(() => {}) }));
    const codes: unknown[] = [];
    bytes(readBody(silent, { idleTimeout: 100, clock })).catch(({ code }) => codes.push(code));
    await clock.advance(99);
    expect([codes, clock.pending]).toEqual([[], 1]);
    await clock.advance(1);
    expect([codes, clock.pending]).toEqual([['ERR_IDLE_TIMEOUT'], 0]);
  });

  it('tells how far it is, at most once in an interval', async () => {
    const told: [number, number | undefined][] = [];
    const options = {
      clock: virtualClock(),
      interval: 100,
      onProgress: (p: { bytes: number; total?: number | undefined }) => void told.push([p.bytes, p.total]),
    };
    const source = { ...countingSource({ chunkBytes: 4, totalBytes: 12 }), byteLength: 12 };
    await bytes(readBody(response(source), options));
    expect([told[0], told.at(-1)]).toEqual([
      [4, 12],
      [12, 12],
    ]);
    expect(told.length).toBeLessThan(3);
  });
});
