import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyLike, type BodyStream, body, bytes, channel, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { manual } from './manual.ts';
import { read, turn, turns } from './reading.ts';

/** Chunks of `id`, each after as many turns as it says; 0: at once. */
function scheduled(id: number, plan: readonly { size: number; after: number }[]) {
  let n = 0;
  let pulled = 0;
  const cancels: unknown[] = [];
  const next = (): Uint8Array | null => {
    const step = plan[n++];
    pulled += step?.size ?? 0;
    return step ? new Uint8Array(step.size).fill(id) : null;
  };
  return {
    id,
    total: plan.reduce((sum, { size }) => sum + size, 0),
    cancels,
    pulled: () => pulled,
    ended: () => n > plan.length,
    source: {
      pull: () => (plan[n]?.after ? turns(plan[n]?.after ?? 0).then(next) : next()),
      cancel: (reason: unknown) => void cancels.push(reason),
    },
  };
}

const plans = fc.array(
  fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), after: fc.nat(4) }), { maxLength: 6 }),
  { minLength: 1, maxLength: 4 },
);

/** What holds for every way to make one body of several. `ahead`: most chunks of each body that may be held. */
export function joinLaws(
  join: (...bodies: BodyLike[]) => BodyStream,
  { order, ahead }: { order: readonly number[]; ahead: 0 | 1 },
): void {
  describe('laws', () => {
    it.each([false, true])('length, trailers, order, cancel of all; async %p', async (async) => {
      const make = (n: number) =>
        body(countingSource({ chunkBytes: 2, totalBytes: 4, async }), {
          byteLength: 4,
          trailers: new Headers({ [`t${n}`]: '1' }),
        });
      const stream = join(make(0), make(1), make(2));
      expect([stream.byteLength, stream.hasTrailers, stream.stats.pulls]).toEqual([12, true, 0]);
      const whole = await collect(stream);
      expect([...whole.bytes()]).toEqual(order);
      expect([...whole.trailers.keys()]).toEqual(['t0', 't1', 't2']);

      const sources = [0, 1, 2].map(() => countingSource({ chunkBytes: 2, async }));
      const reader = join(...sources).getReader();
      await reader.read();
      for (const [n, { pulls }] of sources.entries()) expect(pulls).toBeLessThanOrEqual(n ? ahead : 1);
      const reason = { why: 'left' };
      const done = reader.cancel(reason);
      for (const { cancelled } of sources) expect(cancelled?.reason).toBe(reason);
      await done;
    });

    it('none, one, and those whose length is not known', async () => {
      expect(await bytes(join())).toHaveLength(0);
      expect(join().byteLength).toBe(0);
      expect((await collect(join('one'))).text()).toBe('one');
      expect(join('a', ['b']).byteLength).toBeUndefined();
      expect(join('a', ['b']).hasTrailers).toBe(false);
      expect(await bytes(join('', [], new Uint8Array(0), ['', 'a', '']))).toHaveLength(1);
    });

    it.each([false, true])('one that fails cancels the others; async %p', async (async) => {
      const failure = new Error('broke');
      const other = countingSource({ chunkBytes: 2, async });
      const fails = broken([], failure, async);
      const { error } = await read(join(fails, other));
      expect([error, other.cancelled?.reason, fails.reasons]).toEqual([failure, failure, []]);
    });

    it('one that lies about its length fails the whole', async () => {
      const other = countingSource({ chunkBytes: 2 });
      const short = { pull: () => null, byteLength: 3 };
      const { error } = await read(join(short, other));
      expect(error).toMatchObject({ code: 'ERR_LENGTH_MISMATCH', expected: 3, received: 0 });
      expect(other.cancelled?.reason).toBe(error);
    });

    it('a cancel before any read, and one while a read waits', async () => {
      const unread = [countingSource({ chunkBytes: 1 }), countingSource({ chunkBytes: 1 })];
      await join(...unread).cancel('left');
      for (const { pulls, cancelled } of unread) expect([pulls, cancelled?.reason]).toEqual([0, 'left']);
      const seen = [manual(), manual()];
      const reader = join(...seen.map(({ source }) => source)).getReader();
      const pending = reader.read();
      await turn();
      const done = reader.cancel('left');
      for (const { reasons } of seen) expect(reasons).toEqual(['left']);
      for (const one of seen) one.give(5);
      expect((await pending).done).toBe(true);
      await done;
    });

    it('a cancel that one of them refuses reaches the others, and rejects', async () => {
      const failure = new Error('stuck');
      const other = countingSource({ chunkBytes: 1 });
      const stuck = { pull: () => null, cancel: () => Promise.reject(failure) };
      await expect(join(stuck, other).cancel('left')).rejects.toBe(failure);
      expect(other.cancelled?.reason).toBe('left');
    });

    it('refuses what is no body, and leaves no stream locked', () => {
      const native = new ReadableStream<Uint8Array>();
      const ours = body('x');
      expect(() => join(native, ours, 5 as never)).toThrow(TypeError);
      expect([native.locked, ours.locked]).toEqual([false, false]);
      const locked = body('x');
      locked.getReader();
      expect(() => join(ours, locked)).toThrow(/locked/);
      expect(ours.locked).toBe(false);
    });

    it('locks the streams that it was given until they are over', async () => {
      const native = new Response('ab').body as ReadableStream<Uint8Array>;
      const stream = join(native, 'cd');
      expect(native.locked).toBe(true);
      expect([...(await collect(stream)).text()].sort().join('')).toBe('abcd');
      expect(native.locked).toBe(false);
    });

    it('trailers that are set after it was made; later ones replace earlier ones', async () => {
      const { sender, body: sent } = channel({ highWaterMark: 9 });
      sender.trySend('a');
      const joined = join(sent, body('z', { trailers: new Headers({ y: '2' }) }));
      sender.close(new Headers({ x: '1', y: '1' }));
      const { trailers } = await collect(joined);
      expect([...trailers]).toEqual([
        ['x', '1'],
        ['y', '2'],
      ]);
    });

    it('over random schedules gives every byte of each in order, and cancels what has not ended once', async () => {
      await fc.assert(
        fc.asyncProperty(plans, fc.array(fc.nat(5)), fc.option(fc.nat(10)), async (all, pauses, leaveAt) => {
          const sources = all.map((plan, id) => scheduled(id, plan));
          const stream = join(...sources.map(({ source }) => source));
          const reader = stream.getReader();
          const got: number[] = [];
          const reason = new Error('enough');
          let largest = 0;
          let left = false;
          for (let n = 0; ; n++) {
            await turns(pauses[n % (pauses.length || 1)] ?? 0);
            const pulled = sources.reduce((sum, source) => sum + source.pulled(), 0);
            // One chunk of each that others overtook.
            largest = Math.max(largest, pulled - got.length);
            if (n === leaveAt) {
              left = true;
              await reader.cancel(reason);
              break;
            }
            const { done, value } = await reader.read();
            if (done) break;
            got.push(...value);
          }
          expect(largest).toBeLessThanOrEqual(ahead * 9 * all.length);
          if (!ahead) expect(got).toEqual([...got].sort((a, b) => a - b));
          for (const { id, total, cancels, ended } of sources) {
            const size = got.filter((byte) => byte === id).length;
            if (left) expect([size <= total, cancels]).toEqual([true, ended() ? [] : [reason]]);
            else expect([size, cancels]).toEqual([total, []]);
          }
        }),
      );
    });
  });
}
