import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { body, bytes, collect, type ForkBackpressure, fork } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { brands, chunks, text } from '../helpers/brands.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const mib = 1 << 20;

describe('fork', () => {
  it('refuses bad options at the call', () => {
    for (const n of [0, 1, 17, 1.5]) expect(() => fork('x', n, { highWaterMark: 1 })).toThrow(RangeError);
    expect(() => fork('x', 2, {} as never)).toThrow(TypeError);
    expect(() => fork('x', 2, { highWaterMark: -1 })).toThrow(RangeError);
    expect(() => fork('x', 2, { highWaterMark: 1, backpressure: 'wait' as 'block' })).toThrow(TypeError);
    expect(() => fork('x', 2, { highWaterMark: 1, type: 'byte' as 'bytes' })).toThrow(TypeError);
  });

  it.each([2, 3, 16])('in %d: each branch reads everything, from one read of the source', async (n) => {
    for (const async of [false, true])
      for (const type of ['default', 'bytes'] as const) {
        const source = countingSource({ chunkBytes: 10, totalBytes: 95, async });
        const branches = fork(body(source, { byteLength: 95, trailers: new Headers({ x: '1' }) }), n, {
          highWaterMark: 20,
          type,
        });
        await turn();
        expect(source.pulls).toBe(0);
        const whole = await Promise.all(branches.map((branch) => collect(branch)));
        for (const one of whole) {
          expect(one.bytes()).toEqual(Uint8Array.from({ length: 95 }, (_, i) => i));
          expect(one.trailers.get('x')).toBe('1');
        }
        for (const branch of branches) expect([branch.byteLength, branch.hasTrailers]).toEqual([95, true]);
        expect(source.pulls).toBe(11);
      }
  });

  it('pulls once for all who wait', async () => {
    const source = countingSource({ chunkBytes: 10, async: true });
    const branches = fork(source, 3, { highWaterMark: 100 });
    const reads = branches.map((branch) => branch.getReader().read());
    await Promise.all(reads);
    await turn();
    expect(source.pulls).toBe(1);
  });

  it('shares chunks as views in default mode, copies them in byte mode', async () => {
    const chunk = new Uint8Array([1, 2, 3]);
    for (const type of ['default', 'bytes'] as const) {
      const branches = fork([chunk], 2, { highWaterMark: 10, type });
      for (const branch of branches) {
        const { value } = await branch.getReader().read();
        expect(value === chunk).toBe(type === 'default');
        expect(value).toEqual(chunk);
      }
      expect(chunk.byteLength).toBe(3);
    }
  });

  it('copies nothing that a source gives away', async () => {
    const chunk = new Uint8Array([1, 2, 3]);
    for (const transfer of [true, false]) {
      const given = [chunk];
      const branches = fork(body({ pull: () => given.pop() ?? null }, { transfer }), 2, {
        highWaterMark: 10,
      });
      for (const branch of branches) expect((await branch.getReader().read()).value === chunk).toBe(transfer);
    }
  });

  it.each([false, true])(
    'block: with one stalled branch it holds 1 MiB and a chunk, tee() everything; async %p',
    async (async) => {
      const chunkBytes = 65_536;
      const source = countingSource({ chunkBytes, totalBytes: 8 * mib, async });
      const [stalled, fast] = fork(source, 2, { highWaterMark: mib });
      const reader = (fast as ReadableStream<Uint8Array>).getReader();
      let read = 0;
      let pending = true;
      while (pending) {
        pending = false;
        const result = reader.read().then((r) => {
          pending = true;
          read += r.value?.byteLength ?? 0;
        });
        await turn();
        if (!pending) expect(await Promise.race([result, 'waits'])).toBe('waits');
      }
      expect(read).toBeLessThanOrEqual(mib + chunkBytes);
      expect(source.bytes).toBe(read);
      const rest = (stalled as ReadableStream<Uint8Array>).getReader();
      await rest.read();
      await turn();
      expect([source.bytes, pending]).toEqual([read, true]);
      const teed = countingSource({ chunkBytes, totalBytes: 8 * mib, async });
      const [, other] = body(teed).tee();
      await bytes(other);
      expect(teed.bytes).toBe(8 * mib);
    },
  );

  it('error: a branch further behind errors, the others go on', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 100 });
    const [slow, fast] = fork(source, 2, { highWaterMark: 30, backpressure: 'error' });
    if (!slow || !fast) throw new Error();
    expect(await bytes(fast)).toHaveLength(100);
    await expect(bytes(slow)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 30, received: 40 });
    expect(slow.stats).toMatchObject({ state: 'errored', dropped: 40 });
    expect(source.cancelled).toBeUndefined();
  });

  it('drop-oldest: a branch further behind loses its oldest chunks and counts them', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 100 });
    const [slow, fast] = fork(body(source, { byteLength: 100 }), 2, {
      highWaterMark: 30,
      backpressure: 'drop-oldest',
    });
    if (!slow || !fast) throw new Error();
    expect(slow.byteLength).toBeUndefined();
    expect(await bytes(fast)).toHaveLength(100);
    expect([...(await bytes(slow))]).toEqual(Array.from({ length: 30 }, (_, i) => 70 + i));
    expect(slow.stats).toMatchObject({ state: 'ended', dropped: 70, delivered: 30 });
  });

  it('cancel of each subset: the source hears once all have left, with all reasons', async () => {
    for (let set = 0; set < 8; set++) {
      const source = countingSource({ chunkBytes: 10, totalBytes: 100, async: true });
      const branches = fork(source, 3, { highWaterMark: 10 });
      const reasons = [{ a: 1 }, { b: 2 }, { c: 3 }];
      const cancels = branches.map((branch, i) => (set & (1 << i) ? branch.cancel(reasons[i]) : undefined));
      await Promise.all(cancels);
      expect(source.cancelled).toEqual(set === 7 ? { reason: reasons } : undefined);
      for (const [i, branch] of branches.entries())
        if (!(set & (1 << i))) await (set ? branch.getReader().read() : undefined);
    }
  });

  it('a stalled branch that leaves frees the others', async () => {
    const source = countingSource({ chunkBytes: 10, totalBytes: 100 });
    const [stalled, fast] = fork(source, 2, { highWaterMark: 10 });
    if (!stalled || !fast) throw new Error();
    const rest = bytes(fast);
    await turn();
    expect(source.bytes).toBe(10);
    await stalled.cancel();
    expect(await rest).toHaveLength(100);
  });

  it('errors come on every branch, after what it has', async () => {
    const failure = new Error('broke');
    let n = 0;
    const [a, b] = fork(
      {
        pull: async () => {
          if (n++ < 2) return new Uint8Array(10);
          throw failure;
        },
      },
      2,
      { highWaterMark: 100 },
    );
    for (const branch of [a, b]) {
      let read = 0;
      const error = await (async () => {
        for await (const chunk of branch as ReadableStream<Uint8Array>) read += chunk.byteLength;
      })().catch((e) => e);
      expect([error, read]).toEqual([failure, 20]);
    }
  });

  it('random schedules: bounded, in order, cancelled once (laws 1, 4, 5)', async () => {
    const step = fc.record({
      branch: fc.nat(15),
      act: fc.constantFrom('read', 'read', 'read', 'cancel', 'turn'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 16 }),
        fc.nat(40),
        fc.constantFrom<ForkBackpressure>('block', 'error', 'drop-oldest'),
        fc.boolean(),
        fc.array(step, { maxLength: 80 }),
        async (n, highWaterMark, backpressure, async, steps) => {
          const source = countingSource({ chunkBytes: 7, totalBytes: 200, async });
          const branches = fork(source, n, { highWaterMark, backpressure });
          const readers = branches.map((branch) => branch.getReader());
          const at = branches.map(() => 0);
          const left = new Set<number>();
          const reads: Promise<unknown>[] = [];
          for (const { branch, act } of steps) {
            const i = branch % n;
            if (act === 'turn') await turn();
            else if (act === 'cancel') {
              left.add(i);
              reads.push((readers[i] as (typeof readers)[number]).cancel(i).catch(() => {}));
            } else
              reads.push(
                (readers[i] as (typeof readers)[number]).read().then(
                  ({ value }) => {
                    if (!value) return;
                    const dropped = branches[i]?.stats.dropped ?? 0;
                    if (backpressure === 'block') expect(value[0]).toBe((at[i] ?? 0) % 251);
                    else expect(dropped).toBeGreaterThanOrEqual((value[0] ?? 0) - (at[i] ?? 0));
                    at[i] = (value[0] ?? 0) + value.byteLength;
                  },
                  (error) => expect([backpressure, error.code]).toEqual(['error', 'ERR_LIMIT_EXCEEDED']),
                ),
              );
            const behind = at.filter((_, j) => !left.has(j) && branches[j]?.stats.state === 'open');
            if (backpressure === 'block' && behind.length) {
              const slowest = branches.filter((_, j) => !left.has(j)).map(({ stats }) => stats.delivered);
              expect(source.bytes - Math.min(...slowest)).toBeLessThanOrEqual(highWaterMark + 7);
            }
          }
          if (left.size === n && !branches.some(({ stats }) => stats.state === 'ended')) {
            expect(source.cancelled).toBeDefined();
          }
          await Promise.all(readers.map((reader) => reader.cancel().catch(() => {})));
          await Promise.all(reads);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe.each(brands)('fork over %s', (_, make) => {
  it('in both types', async () => {
    for (const type of ['default', 'bytes'] as const) {
      const branches = fork(make(), 2, { highWaterMark: 0, type });
      const all = await Promise.all(branches.map((branch) => bytes(branch)));
      expect(all.map((one) => Buffer.from(one).toString())).toEqual([text, text]);
    }
    expect(chunks.join('')).toBe(text);
  });
});
