import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChunkQueue } from '../../lib/body/chunk-queue.ts';

describe('ChunkQueue', () => {
  it('gives every chunk in order, for random pushes and shifts', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.uint8Array({ maxLength: 5 })), { maxLength: 300 }), (steps) => {
        const queue = new ChunkQueue();
        const model: Uint8Array[] = [];
        for (const chunk of steps) {
          expect(queue.next?.chunk).toBe(model[0]);
          if (chunk) {
            queue.push(chunk);
            model.push(chunk);
          } else if (queue.next) expect(queue.shift()).toBe(model.shift());
          expect(queue.byteLength).toBe(model.reduce((sum, { byteLength }) => sum + byteLength, 0));
        }
      }),
    );
  });
});
