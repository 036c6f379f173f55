import { expect, it } from '@jest/globals';
import { joined } from '../../adapters/shared/joined.ts';

it('joined() makes one of many small pieces, and copies no large one', () => {
  const [a, b, large] = [Uint8Array.of(1), Uint8Array.of(2, 3), new Uint8Array(65_536)];
  expect(joined([a, b])).toEqual([Uint8Array.of(1, 2, 3)]);
  expect(joined([a])[0]).toBe(a);
  const apart = joined([a, large]);
  expect([apart[0] === a, apart[1] === large, apart.length]).toEqual([true, true, 2]);
});
