import { describe, expect, it } from '@jest/globals';
import { body, bodyOf, bytes, type Progress, pipe, progress } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { callbackLaws } from './callback-laws.ts';
import { laws } from './laws.ts';
import { read } from './reading.ts';

describe('progress', () => {
  laws('progress');
  callbackLaws((fn) => progress(fn));

  it.each<[unknown, ErrorConstructor]>([
    ['5', TypeError],
    [null, TypeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
  ])('refuses an interval at the call: %p', (interval, type) => {
    expect(() => progress(() => {}, { interval: interval as number })).toThrow(type);
  });

  it('tells bytes, total and rate, at most once in the interval, and the end', async () => {
    const clock = virtualClock();
    const told: Progress[] = [];
    const source = Object.assign(countingSource({ chunkBytes: 10, totalBytes: 50 }), { byteLength: 50 });
    const reader = pipe(
      source,
      progress((p) => told.push(p), { interval: 100, clock }),
    ).getReader();
    for (let r = await reader.read(); !r.done; r = await reader.read()) await clock.advance(60);
    expect(told).toEqual([
      { bytes: 10, total: 50, bytesPerSecond: 0 },
      { bytes: 30, total: 50, bytesPerSecond: 250 },
      { bytes: 50, total: 50, bytesPerSecond: (50 * 1000) / 240 },
    ]);
    const unknown: Progress[] = [];
    await bytes(
      pipe(
        '',
        progress((p) => unknown.push(p)),
      ),
    );
    await bytes(
      pipe(
        ['a'],
        progress((p) => unknown.push(p)),
      ),
    );
    expect(unknown.map(({ bytes, total }) => [bytes, total])).toEqual([
      [0, 0],
      [1, undefined],
    ]);
  });

  it('each byte is told once, in the order of the body, also of a BYOB reader', async () => {
    const told: number[] = [];
    const from = pipe(
      countingSource({ chunkBytes: 10, totalBytes: 25 }),
      progress((p) => told.push(p.bytes)),
    );
    const reader = body(from, { type: 'bytes' }).getReader({ mode: 'byob' });
    for (;;) if ((await reader.read(new Uint8Array(4))).done) break;
    expect(told.at(-1)).toBe(25);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  });

  it('tells no end of a body that fails or is cancelled', async () => {
    const told: number[] = [];
    const clock = virtualClock();
    const make = () => progress((p) => told.push(p.bytes), { interval: 1000, clock });
    await read(pipe(broken([10, 10], new Error('broke')), make()));
    expect(told.splice(0)).toEqual([10]);
    const reader = pipe(countingSource({ chunkBytes: 10 }), make()).getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    expect(told).toEqual([10]);
  });

  it('the end is told also within the interval, and once', async () => {
    const clock = virtualClock();
    const told: number[] = [];
    const source = countingSource({ chunkBytes: 10, totalBytes: 30 });
    await bytes(
      pipe(
        source,
        progress((p) => told.push(p.bytes), { interval: 1000, clock }),
      ),
    );
    expect(told).toEqual([10, 30]);
  });

  it('an operator in two pipes counts each for itself', async () => {
    const told: number[] = [];
    const operator = progress((p) => told.push(p.bytes));
    await bytes(pipe('abc', operator));
    await bytes(pipe('de', operator));
    expect(told).toEqual([3, 2]);
  });

  it('the time before the first read does not count', async () => {
    const clock = virtualClock();
    const told: number[] = [];
    const source = countingSource({ chunkBytes: 100 });
    const reader = pipe(
      source,
      progress((p) => told.push(p.bytesPerSecond), { clock }),
    ).getReader();
    await clock.advance(10_000);
    await reader.read();
    await clock.advance(100);
    await reader.read();
    expect(told).toEqual([0, 2000]);
    await reader.cancel();
  });

  it('the total of a message is its length', async () => {
    const told: (number | undefined)[] = [];
    const message = new Response('12345', { headers: { 'content-length': '5' } });
    await bytes(
      pipe(
        bodyOf(message),
        progress((p) => told.push(p.total)),
      ),
    );
    expect(told).toEqual([5]);
  });
});
