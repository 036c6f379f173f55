import { describe, expect, it } from '@jest/globals';
import { body, collect, map, type Operator, pipe } from '../../lib/mod.ts';
import { broken } from './broken.ts';
import { manual } from './manual.ts';
import { all, fate, turn } from './reading.ts';

/**
 * The laws that an operator from bytes to values keeps. `input` is bytes of which each chunk is one value, at once; `value`
 * is that.
 */
export function valueLaws(make: () => Operator<Uint8Array, unknown>, input: string, value: unknown): void {
  describe('laws', () => {
    const chunk = new TextEncoder().encode(input);
    /** Three chunks and then the end or an error. */
    const source = (async: boolean, failure?: unknown) => {
      const seen = {
        pulls: 0,
        reasons: [] as unknown[],
        pull() {
          const next = (): Uint8Array | null => {
            if (seen.pulls++ < 3) return chunk;
            if (failure) throw failure;
            return null;
          };
          return async ? Promise.resolve().then(next) : next();
        },
        cancel: (reason: unknown) => void seen.reasons.push(reason),
      };
      return seen;
    };

    it.each([false, true])(
      '6 and 1: a pull for each value that is read, none before; async %p',
      async (async) => {
        const from = source(async);
        const reader = pipe(from, make()).getReader();
        await turn();
        expect(from.pulls).toBe(0);
        for (let n = 1; n <= 3; n++) {
          expect(await reader.read()).toEqual({ done: false, value });
          await turn();
          expect(from.pulls).toBe(n);
        }
        expect((await reader.read()).done).toBe(true);
        await reader.cancel('late');
        expect([from.pulls, from.reasons]).toEqual([4, []]);
      },
    );

    it.each([false, true])(
      '5: the values that came, then the error, by identity; async %p',
      async (async) => {
        const failure = new Error('broke');
        const from = source(async, failure);
        expect(await fate(pipe(from, make()))).toEqual({ got: [value, value, value], error: failure });
        expect(from.reasons).toEqual([]);
        expect(await fate(pipe(broken([], failure, async), make()))).toEqual({ got: [], error: failure });
      },
    );

    it('4: cancel reaches the source at once, by identity, before a read, after one and while one waits', async () => {
      for (const reads of [0, 1]) {
        const from = source(true);
        const reader = pipe(from, make()).getReader();
        for (let n = 0; n < reads; n++) await reader.read();
        const reason = { why: 'left' };
        const done = reader.cancel(reason);
        expect(from.reasons).toEqual([reason]);
        await done;
        expect(from.pulls).toBe(reads);
      }
      const seen = manual();
      const reader = pipe(seen.source, make()).getReader();
      const read = reader.read();
      await turn();
      const done = reader.cancel('left');
      expect(seen.reasons).toEqual(['left']);
      seen.give(5);
      expect((await read).done).toBe(true);
      await done;
      expect(seen.pulls).toBe(1);
    });

    it('nothing of an empty body, or of empty chunks', async () => {
      for (const from of ['', [], [new Uint8Array(0), '', new Uint8Array(0)]])
        expect(await all(pipe(from as string, make()))).toEqual([]);
    });

    it('7: trailers reach a body that is made of the values', async () => {
      const from = body(source(false), { trailers: new Headers({ 'x-sum': '1' }) });
      const whole = await collect(
        pipe(
          from,
          make(),
          map(() => chunk),
        ),
      );
      expect([whole.bytes().byteLength, whole.trailers.get('x-sum')]).toEqual([3 * chunk.byteLength, '1']);
    });

    it('is of bytes: refuses values, at the call where they are known', async () => {
      expect(() => pipe([{ a: 1 }], make() as never)).toThrow(TypeError);
      const late = async function* () {
        yield { a: 1 };
      };
      expect((await fate(pipe(late as never, make()))).error).toBeInstanceOf(TypeError);
    });
  });
}
