import { describe, expect, it } from '@jest/globals';
import { body, collect, type Operator, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { broken } from './broken.ts';
import { every } from './every-operator.ts';
import { manual } from './manual.ts';
import { all, fate, read, turn } from './reading.ts';

/** Those that take values too, whatever they are. */
const ofValues = new Set([
  'deadline',
  'filter',
  'idleTimeout',
  'map',
  'stallTimeout',
  'take',
  'tap',
  'through',
]);

/** The laws that an operator from bytes to bytes keeps, with each setting that the table has of it. */
export function laws(operator: string): void {
  const rows = every.filter(({ name }) => name.split(/[ (]/)[0] === operator);

  describe.each(rows)('laws: $name', ({ make, holds, keepsLength }) => {
    const total = 95;
    const declared = (async = false) =>
      Object.assign(countingSource({ chunkBytes: 10, totalBytes: total, async }), { byteLength: total });

    it.each([false, true])('6 and 1: pulls what is read, and the chunk in hand; async %p', async (async) => {
      const source = countingSource({ chunkBytes: 10, totalBytes: total, async });
      const stream = pipe(source, make(total));
      await turn();
      expect(source.pulls).toBe(0);
      const reader = stream.getReader();
      let read = 0;
      for (let r = await reader.read(); !r.done; r = await reader.read()) {
        for (const byte of r.value) expect(byte).toBe(read++ % 251);
        await turn();
        expect(source.bytes).toBeLessThanOrEqual(read + holds + 10);
        if (!holds && r.value.byteLength === 10)
          expect(source.bytes).toBeLessThanOrEqual(read + (async ? 0 : 10));
      }
      expect(read).toBe(total);
      expect(stream.locked && stream.stats.state).toBe('ended');
    });

    it.each([false, true])('6 and 1: also by BYOB; async %p', async (async) => {
      const source = countingSource({ chunkBytes: 10, totalBytes: total, async });
      const stream = body(pipe(source, make(total)), { type: 'bytes' });
      const reader = stream.getReader({ mode: 'byob' });
      await turn();
      expect(source.pulls).toBe(0);
      let read = 0;
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(7));
        if (done) break;
        expect(value.byteLength).toBeGreaterThan(0);
        for (const byte of value) expect(byte).toBe(read++ % 251);
        await turn();
        // The chunk in hand may be one that was joined from three.
        expect(source.bytes).toBeLessThanOrEqual(read + holds + 30);
      }
      expect(read).toBe(total);
    });

    it('7: length and trailers', async () => {
      const trailers = new Headers({ 'x-sum': '1' });
      const from = body('x'.repeat(total), { trailers: async () => trailers });
      const stream = pipe(from, make(total));
      expect(stream.byteLength).toBe(keepsLength ? total : undefined);
      expect(stream.hasTrailers).toBe(true);
      const whole = await collect(stream);
      expect(whole.bytes()).toHaveLength(total);
      expect(whole.trailers.get('x-sum')).toBe('1');
    });

    it.each([false, true])('an empty body is empty, with its trailers; async %p', async (async) => {
      const source = {
        pull: () => (async ? Promise.resolve(null) : null),
        byteLength: 0,
        trailers: () => new Headers({ 'x-sum': '1' }),
      };
      const stream = pipe(source, make(0));
      expect(stream.byteLength).toBe(keepsLength ? 0 : undefined);
      expect(await all(stream)).toEqual([]);
      expect((await stream.trailers).get('x-sum')).toBe('1');
    });

    it.each([false, true])('empty chunks are none; async %p', async (async) => {
      const sizes = [0, 10, 0, 0, 5, 0];
      const next = (): Uint8Array | null => {
        const size = sizes.shift();
        return size === undefined ? null : new Uint8Array(size);
      };
      const source = {
        pull: () => (async ? Promise.resolve().then(next) : next()),
        byteLength: 15,
      };
      const { got, error } = await read(pipe(source, make(15)));
      expect([got.reduce((sum, size) => sum + size, 0), got.includes(0), error]).toEqual([
        15,
        false,
        undefined,
      ]);
    });

    it('4: cancel reaches a source that answers, once, by identity', async () => {
      for (const reads of [0, 1, 2]) {
        const source = countingSource({ chunkBytes: 10, async: true });
        const reader = pipe(source, make(100)).getReader();
        for (let i = 0; i < reads; i++) await reader.read();
        const reason = new Error('left');
        const done = reader.cancel(reason);
        expect(source.cancelled?.reason).toBe(reason);
        await done;
      }
    });

    it('4: cancel reaches the source in the same turn while a pull is pending; what comes late is dropped', async () => {
      for (const late of ['chunk', 'error']) {
        const seen = manual();
        const stream = pipe(seen.source, make(100));
        const reader = stream.getReader();
        const read = reader.read();
        await turn();
        expect(seen.pulls).toBe(1);
        const reason = { why: 'left' };
        const cancelled = reader.cancel(reason);
        expect(seen.reasons[0]).toBe(reason);
        if (late === 'chunk') seen.give(10);
        else seen.fail(new Error('late'));
        expect(await read).toEqual({ done: true, value: undefined });
        await cancelled;
        await turn();
        expect([seen.reasons.length, seen.pulls, stream.stats.delivered]).toEqual([1, 1, 0]);
      }
    });

    it('4: a cancel after the end, or after an error, is none', async () => {
      const source = declared();
      const whole = pipe(source, make(total));
      await all(whole);
      await whole.cancel('late');
      expect(source.cancelled).toBeUndefined();
      const failure = new Error('broke');
      const fails = broken([], failure, true);
      const reader = pipe(fails, make(total)).getReader();
      expect(await reader.read().catch((e) => e)).toBe(failure);
      expect(await reader.cancel('late').catch((e) => e)).toBe(failure);
      expect(fails.reasons).toEqual([]);
    });

    it.each([0, 3])(
      '5: what came is delivered, then the error, by identity; after %p chunks',
      async (count) => {
        for (const async of [false, true]) {
          const failure = new Error('broke');
          const source = broken(Array(count).fill(10), failure, async);
          const stream = pipe(source, make(100));
          const { got, error } = await read(stream);
          expect(error).toBe(failure);
          expect(await stream.trailers.catch((e) => e)).toBe(failure);
          expect(got.reduce((sum, size) => sum + size, 0)).toBe(10 * count);
          expect(source.reasons).toEqual([]);
        }
      },
    );

    if (ofValues.has(operator))
      it('takes values, and null is one', async () => {
        const values = [{ a: 1 }, null, 0, undefined, false, { byteLength: 0 }];
        const of = make(0) as unknown as Operator<unknown, unknown>;
        const { got, error } = await fate(pipe(values, of));
        expect([got, error]).toEqual([values, undefined]);
        expect(got[0]).toBe(values[0]);
      });
    else
      it('is of bytes: refuses values, at the call where they are known', async () => {
        expect(() => pipe([{ a: 1 }], make(9) as never)).toThrow(TypeError);
        const late = async function* () {
          yield { a: 1 };
        };
        const { got, error } = await fate(pipe(late as never, make(9)));
        expect([got, error]).toEqual([[], expect.any(TypeError)]);
      });
  });
}
