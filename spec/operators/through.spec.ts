import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as whatwg from '@whatwg-node/fetch';
import * as polyfill from 'web-streams-polyfill';
import { body, bytes, collect, pipe, through } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { measure, memoryNodes } from '../helpers/measure.ts';
import { laws } from './laws.ts';
import { all, turn } from './reading.ts';

const noise = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * i * 31) >> 3);

describe('through', () => {
  laws('through');

  it('zips and unzips as zlib does', async () => {
    for (const input of [new Uint8Array(0), noise(10), noise(300_000), new Uint8Array(1 << 20)]) {
      const zipped = await bytes(pipe(input, through(new CompressionStream('gzip'))));
      expect(gunzipSync(zipped).equals(input)).toBe(true);
      const back = await bytes(pipe(gzipSync(input), through(new DecompressionStream('gzip'))));
      expect(Buffer.from(back).equals(input)).toBe(true);
    }
  });

  it('gives values where the transform does', async () => {
    const upper = new TransformStream<Uint8Array, string>({
      transform: (chunk, controller) => controller.enqueue(String(chunk.byteLength)),
    });
    const got: string[] = [];
    for await (const value of pipe(['ab', 'c'], through(upper))) got.push(value);
    expect(got).toEqual(['2', '1']);
  });

  it('writes pieces of 64 KiB, and none while output waits', async () => {
    const written: number[] = [];
    const split = new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(chunk, controller) {
          written.push(chunk.byteLength);
          for (let i = 0; i < 4; i++) controller.enqueue(chunk.subarray(0, 10));
        },
      },
      { highWaterMark: 1000 },
      { highWaterMark: 1000 },
    );
    const source = countingSource({ chunkBytes: 200_000 });
    const reader = pipe(source, through(split)).getReader();
    for (let reads = 1; reads <= 16; reads++) {
      await reader.read();
      await turn();
      expect(written).toHaveLength(Math.ceil(reads / 4));
      expect(source.pulls).toBe(1);
    }
    expect(written).toEqual([65_536, 65_536, 65_536, 3392]);
    await reader.cancel('left');
    expect(source.cancelled).toEqual({ reason: 'left' });
  });

  it('cancel reaches source and pair; both are unlocked', async () => {
    for (const pending of [false, true]) {
      const heard: unknown[] = [];
      const pair = {
        readable: new ReadableStream<Uint8Array>(
          { cancel: (reason) => void heard.push(reason) },
          { highWaterMark: 0 },
        ),
        writable: new WritableStream<Uint8Array>({
          write: turn,
          abort: (reason) => void heard.push(reason),
        }),
      };
      const source = countingSource({ chunkBytes: 10 });
      const reader = pipe(source, through(pair)).getReader();
      expect([pair.readable.locked, pair.writable.locked]).toEqual([true, true]);
      if (pending) reader.read();
      await turn();
      const reason = { why: 'left' };
      const done = reader.cancel(reason);
      expect(source.cancelled?.reason).toBe(reason);
      await done;
      await turn();
      await turn();
      expect(heard).toEqual([reason, reason]);
      expect([pair.readable.locked, pair.writable.locked]).toEqual([false, false]);
    }
  });

  it('an error of either side reaches the other, by identity', async () => {
    const failure = new Error('broke');
    const source = countingSource({ chunkBytes: 10 });
    const failing = new TransformStream({
      transform() {
        throw failure;
      },
    });
    expect(await bytes(pipe(source, through(failing))).catch((e) => e)).toBe(failure);
    expect(source.cancelled?.reason).toBe(failure);
    const identity = new TransformStream<Uint8Array, Uint8Array>();
    expect(
      await bytes(pipe({ pull: () => Promise.reject(failure) }, through(identity))).catch((e) => e),
    ).toBe(failure);
    await turn();
    expect([identity.readable.locked, identity.writable.locked]).toEqual([false, false]);
    await expect(bytes(pipe('no gzip', through(new DecompressionStream('gzip'))))).rejects.toThrow();
    await expect(
      bytes(pipe(gzipSync(noise(1000)).subarray(0, 50), through(new DecompressionStream('gzip')))),
    ).rejects.toThrow();
  });

  it.each([0, 1, 2])(
    'what came is unzipped, then the error of the source; late by %p turns',
    async (turns) => {
      const failure = new Error('broke');
      const input = noise(60_000);
      const zipped = gzipSync(input);
      for (const end of [-8, undefined]) {
        const parts = [zipped.subarray(0, 10_000), zipped.subarray(10_000, end)];
        const source = {
          async pull() {
            const part = parts.shift();
            if (part) return part;
            for (let n = turns; n--; ) await turn();
            throw failure;
          },
        };
        const got: Uint8Array[] = [];
        const read = async () => {
          for await (const chunk of pipe(source, through(new DecompressionStream('gzip')))) {
            got.push(chunk);
            for (let n = turns; n--; ) await turn();
          }
        };
        expect(await read().catch((e) => e)).toBe(failure);
        expect(Buffer.concat(got).equals(input)).toBe(true);
      }
    },
  );

  it('a pair that holds bytes back hears of no end where the source fails', async () => {
    const failure = new Error('broke');
    let sent = false;
    const source = {
      pull() {
        if (sent) throw failure;
        sent = true;
        return new Uint8Array(10);
      },
    };
    let flushed = false;
    const holds = new TransformStream<Uint8Array, Uint8Array>({
      transform() {},
      flush() {
        flushed = true;
      },
    });
    const clock = virtualClock();
    const fate = bytes(pipe(source, through(holds, { clock }))).catch((e) => e);
    while (clock.pending === 0) await turn();
    await clock.advance(49);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await fate).toBe(failure);
    expect(flushed).toBe(false);
  });

  it('a cancel while it waits for what the pair may still give leaves no timer', async () => {
    const source = {
      pull() {
        throw new Error('broke');
      },
    };
    const clock = virtualClock();
    const reader = pipe(
      source,
      through(new TransformStream<Uint8Array, Uint8Array>(), { clock }),
    ).getReader();
    const read = reader.read();
    while (clock.pending === 0) await turn();
    await reader.cancel('left');
    expect([(await read).done, clock.pending]).toEqual([true, 0]);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  it('a transform that ends its output ends the body and cancels the source', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const ends = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        controller.terminate();
      },
    });
    expect(await bytes(pipe(source, through(ends)))).toHaveLength(10);
    expect(source.cancelled).toBeDefined();
  });

  it('a transform that fails at the end fails the body; the source has ended and is not cancelled', async () => {
    const failure = new Error('bad end');
    const source = countingSource({ chunkBytes: 10, totalBytes: 20 });
    const failing = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(chunk),
      flush() {
        throw failure;
      },
    });
    const got: number[] = [];
    const read = async () => {
      for await (const chunk of pipe(source, through(failing))) got.push(chunk.byteLength);
    };
    expect(await read().catch((e) => e)).toBe(failure);
    expect([got, source.cancelled]).toEqual([[10, 10], undefined]);
    expect([failing.readable.locked, failing.writable.locked]).toEqual([false, false]);
  });

  it('what a transform gives at its end, or before any input, comes', async () => {
    const encoder = new TextEncoder();
    const frames = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode('<')),
      transform: (chunk, controller) => controller.enqueue(chunk),
      flush: (controller) => controller.enqueue(encoder.encode('>')),
    });
    const trailers = new Headers({ 'x-sum': '1' });
    const stream = pipe(body(['a', 'b'], { trailers }), through(frames));
    expect([stream.byteLength, stream.hasTrailers]).toEqual([undefined, true]);
    const whole = await collect(stream);
    expect([whole.text(), whole.trailers.get('x-sum')]).toEqual(['<ab>', '1']);
  });

  it('a transform that is slow gets one chunk at a time', async () => {
    let inside = 0;
    let most = 0;
    const slow = new TransformStream<Uint8Array, Uint8Array>(
      {
        async transform(chunk, controller) {
          most = Math.max(most, ++inside);
          await turn();
          inside--;
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 100 },
      { highWaterMark: 100 },
    );
    const source = countingSource({ chunkBytes: 10, totalBytes: 100 });
    expect(await bytes(pipe(source, through(slow)))).toHaveLength(100);
    expect(most).toBe(1);
  });

  it.each([
    ['web-streams-polyfill', polyfill.TransformStream],
    ['@whatwg-node/fetch', whatwg.TransformStream],
  ] as [string, unknown][])('a pair of %s', async (_, Transform) => {
    const pair = new (Transform as typeof TransformStream<Uint8Array, Uint8Array>)({
      transform: (chunk, controller) => controller.enqueue(chunk),
    });
    expect(await bytes(pipe(['a', 'bc'], through(pair)))).toHaveLength(3);
    expect([pair.readable.locked, pair.writable.locked]).toEqual([false, false]);
  });

  it('a pair of values: each goes through, and null is one', async () => {
    const wraps = new TransformStream<unknown, unknown>({
      transform(value, controller) {
        controller.enqueue(value);
        controller.enqueue(null);
      },
    });
    const values = [{ a: 1 }, null, { a: 2 }];
    expect(await all(pipe(values, through<unknown, unknown>(wraps)))).toEqual([
      { a: 1 },
      null,
      null,
      null,
      { a: 2 },
      null,
    ]);
  });

  it('refuses what is no pair, or a locked one', () => {
    const { readable, writable } = new TransformStream();
    for (const bad of [undefined, null, 5, {}, { readable }, { writable }, readable])
      expect(() => through(bad as never)).toThrow(TypeError);
    const locked = new TransformStream();
    locked.writable.getWriter();
    expect(() => pipe('x', through(locked))).toThrow(/locked/);
  });

  it('a pair goes into one pipe only, and the body of a second stays unlocked', () => {
    const operator = through(new TransformStream<Uint8Array, Uint8Array>());
    pipe('x', operator);
    const second = body('y');
    expect(() => pipe(second, operator)).toThrow(/locked/);
    expect(second.locked).toBe(false);
  });
});

describe.each(memoryNodes)('memory, in a process of its own: %s', (node) => {
  it('a pair holds at most 1 MiB for a consumer that stalls, where pipeThrough holds what there is', async () => {
    const held = await measure(
      node,
      `
      const { pipe, through } = sluice;
      const random = () => crypto.getRandomValues(new Uint8Array(1 << 16));
      const noise = gzipSync(Buffer.concat(Array.from({ length: 256 }, random)));
      const bomb = gzipSync(new Uint8Array(64 << 20));
      const cut = (bytes) => (n) => (n << 16 < bytes.length ? bytes.slice(n << 16, (n + 1) << 16) : null);
      const source = (chunk) => { let n = 0; const s = { pulled: 0, pull() { const c = chunk(n++); s.pulled += c?.length ?? 0; return c; } }; return s; };
      const stream = (s) => new ReadableStream({ pull: (c) => { const chunk = s.pull(); if (chunk) c.enqueue(chunk); else c.close(); } }, { highWaterMark: 0 });
      const result = { node: Number.parseInt(process.versions.node) };
      for (const [name, make, chunk] of [
        ['zip', () => new CompressionStream('gzip'), (n) => (n < 256 ? random() : null)],
        ['unzip', () => new DecompressionStream('gzip'), cut(noise)],
        ['bomb', () => new DecompressionStream('gzip'), cut(bomb)],
      ]) {
        const one = async (run, patience) => {
          const s = source(chunk);
          const before = used();
          const reader = run(s).getReader();
          await reader.read();
          for (let i = 0; i < 20 && used() - before < 4 << 20; i++) { await settle(); await sleep(patience); }
          const bytes = used() - before;
          return { bytes, pulled: s.pulled, cancel: await reader.cancel().catch(() => {}) };
        };
        result[name] = await one((s) => pipe(s, through(make())), 1);
        if (name !== 'bomb') result[name + 'Native'] = await one((s) => stream(s).pipeThrough(make()), 10);
      }
      console.log(JSON.stringify(result));
    `,
    );
    expect(held.zip.bytes).toBeLessThan(1 << 20);
    expect(held.unzip.bytes).toBeLessThan(1 << 20);
    expect(held.bomb.bytes).toBeLessThan(1 << 20);
    expect(held.zip.pulled).toBeLessThanOrEqual(5 << 16);
    // From Node 24 on the pairs count bytes.
    if (held.node < 24) expect(held.zipNative.bytes).toBeGreaterThan(4 << 20);
  }, 30_000);
});
