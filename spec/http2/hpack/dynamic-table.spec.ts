import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DynamicTable } from '../../../lib/http2/hpack/dynamic-table.ts';

describe('DynamicTable', () => {
  it('holds the newest entries that fit, as a list does', () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 120 }) }),
      fc.record({ resize: fc.integer({ min: 0, max: 400 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const evicted: number[] = [];
        const table = new DynamicTable(200, (_, number) => evicted.push(number));
        let list: [string, string][] = [];
        let max = 200;
        let n = 0;
        for (const one of steps) {
          if ('add' in one) {
            const entry: [string, string] = [`k${n++}`, 'v'.repeat(one.add)];
            table.add(entry);
            list.unshift(entry);
            if (entry[0].length + entry[1].length + 32 > max) list = [];
          } else {
            max = one.resize;
            table.resize(max);
          }
          const size = (): number => list.reduce((sum, [k, v]) => sum + k.length + v.length + 32, 0);
          while (size() > max) list.pop();
          expect(table.size).toBe(size());
          expect(Array.from({ length: list.length + 2 }, (_, i) => table.get(i))).toEqual([
            ...list,
            undefined,
            undefined,
          ]);
          expect(table.added - evicted.length).toBe(list.length);
        }
        expect(evicted).toEqual(evicted.map((_, i) => i));
      }),
    );
  });
});
