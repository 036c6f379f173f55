import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChunkQueue } from '../../lib/body/chunk-queue.ts';

describe('ChunkQueue', () => {
  it('gives every byte in order, for random pushes, shifts, copies and put-backs', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), n: fc.nat(20) }),
      fc.record({ do: fc.constant('copy' as const), n: fc.nat(50) }),
      fc.record({ do: fc.constant('shift' as const), n: fc.constant(0) }),
      fc.record({ do: fc.constant('unshift' as const), n: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new ChunkQueue();
        let model: number[] = [];
        let next = 0;
        for (const { do: what, n } of steps) {
          if (what === 'push') {
            const chunk = Uint8Array.from({ length: n }, () => next++ % 251);
            queue.push(chunk);
            model.push(...chunk);
          } else if (what === 'shift') {
            const chunk = queue.shift();
            expect([...(chunk ?? [])]).toEqual(model.splice(0, chunk?.byteLength ?? 0));
          } else if (what === 'copy') {
            const view = new Uint8Array(n);
            const filled = queue.copyInto(view);
            expect(filled).toBe(Math.min(n, model.length));
            expect([...view.subarray(0, filled)]).toEqual(model.splice(0, filled));
          } else {
            const chunk = new Uint8Array(n).fill(200);
            queue.unshift(chunk);
            model = [...chunk, ...model];
          }
          expect(queue.byteLength).toBe(model.length);
        }
        expect(queue.clear()).toBe(model.length);
        expect([queue.byteLength, queue.shift()]).toEqual([0, undefined]);
      }),
    );
  });
});
