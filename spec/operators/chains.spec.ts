import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyStats, type BodyStream, deadline, idleTimeout, pipe, stallTimeout } from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { every } from './every-operator.ts';
import { manual } from './manual.ts';
import { outcome, turn } from './reading.ts';

/** One schedule of everything: what the source does, how the consumer reads, when it leaves. */
const schedule = fc.record({
  chain: fc.array(fc.nat(every.length - 1), { minLength: 1, maxLength: 8 }),
  sizes: fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }),
  asyncs: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
  ends: fc.constantFrom('end', 'error', 'throw'),
  leaves: fc.option(fc.nat(15), { nil: undefined }),
  pending: fc.boolean(),
});

describe('chains of up to eight (laws 1, 4 to 8)', () => {
  it('hold over random schedules', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async ({ chain, sizes, asyncs, ends, leaves, pending }) => {
        const total = sizes.reduce((a, b) => a + b, 0);
        const failure = new Error('broke');
        const reasons: unknown[] = [];
        let pulls = 0;
        let pulled = 0;
        let over = false;
        let pulling = false;
        const next = () => {
          pulling = false;
          const size = sizes[pulls++];
          if (size === undefined) {
            over = true;
            if (ends === 'end') return null;
            throw failure;
          }
          const chunk = Uint8Array.from({ length: size }, (_, i) => (pulled + i) % 251);
          pulled += size;
          return chunk;
        };
        const source = {
          byteLength: total,
          trailers: new Headers({ 'x-sum': '1' }),
          pull() {
            if (pulling || over || reasons.length) throw new Error('pulled out of turn');
            pulling = true;
            return asyncs[pulls % asyncs.length] ? Promise.resolve().then(next) : next();
          },
          cancel(reason: unknown) {
            if (over) throw new Error('cancelled after its end');
            reasons.push(reason);
          },
        };
        const rows = chain.map((i) => every[i] as (typeof every)[number]);
        const operators = rows.map((row) => row.make(total));
        const stream = (pipe as (from: unknown, ...rest: unknown[]) => BodyStream)(source, ...operators);
        let known = true;
        let cuts = false;
        for (const row of rows) {
          cuts ||= row.name === 'limitBytes truncate' && !known;
          known = row.name === 'fixedLength' || (known && row.keepsLength);
        }
        expect(stream.byteLength).toBe(known ? total : undefined);
        const reader = stream.getReader();
        const holds = rows.reduce(
          (sum, row) => sum + row.holds + (row.name.startsWith('buffer') ? 12 : 0),
          0,
        );
        let read = 0;
        let stats: BodyStats = stream.stats;
        const reason = { why: 'left' };
        for (let n = 0; ; n++) {
          if (n === leaves) {
            const last = pending ? reader.read().catch(() => {}) : undefined;
            if (pending) await Promise.resolve();
            const before = over;
            const state = stream.stats.state;
            const done = reader.cancel(reason).catch(() => {});
            if (!before && !cuts && state === 'open') expect(reasons).toEqual([reason]);
            await Promise.all([last, done]);
            break;
          }
          const result = await reader.read().catch((error) => ({ error, done: true, value: undefined }));
          if ('error' in result) {
            expect([result.error, ends]).not.toEqual([failure, 'end']);
            expect(result.error).toBe(failure);
            break;
          }
          if (result.done) {
            expect([cuts ? 'end' : ends, read]).toEqual(['end', total]);
            // What was cut at its last byte never saw the trailers, as it does not pull again.
            if (!cuts) expect((await stream.trailers).get('x-sum')).toBe('1');
            break;
          }
          for (const byte of result.value as Uint8Array) expect(byte).toBe(read++ % 251);
          // Every operator that copes with more than a chunk at once has one in hand.
          expect(pulled).toBeLessThanOrEqual(read + holds + 12 * rows.length + 25);
          stats = stream.stats;
        }
        await turn();
        expect(reasons.length).toBeLessThanOrEqual(1);
        expect(stats.delivered).toBe(read);
      }),
      { numRuns: 400 },
    );
  });
});

describe('chains of timeouts', () => {
  it('stack: the first that is due wins, and every timer goes', async () => {
    for (const [idle, stall, due, code] of [
      [10, 20, 30, 'ERR_IDLE_TIMEOUT'],
      [30, 10, 20, 'ERR_STALL_TIMEOUT'],
      [30, 20, 10, 'ERR_DEADLINE'],
    ] as const) {
      const clock = virtualClock();
      const { source, reasons } = manual();
      const stream = pipe(
        source,
        idleTimeout(idle, { clock }),
        stallTimeout(stall, { clock }),
        deadline(due, { clock }),
      );
      const read = outcome(stream.getReader().read());
      await clock.advance(1000);
      expect([read.error, reasons]).toMatchObject([{ code }, [{ code }]]);
      expect(clock.pending).toBe(0);
    }
  });
});
