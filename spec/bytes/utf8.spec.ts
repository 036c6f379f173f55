import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { utf8 } from '../../lib/bytes/utf8.ts';

describe('utf8', () => {
  it('is what TextEncoder gives, lone surrogates among it', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', '\0', '\x7f', '\x80', 'é', '€', '😀', '\ud83d', '\ude00', '\uffff'),
      fc.string({ unit: 'grapheme', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), (text) => {
        expect([...utf8(text)]).toEqual([...new TextEncoder().encode(text)]);
      }),
    );
  });

  it.each([0, 1, 63, 64, 65, 1000])('of %i characters', (length) => {
    for (const text of ['a'.repeat(length), `${'a'.repeat(length)}é`, `é${'a'.repeat(length)}`])
      expect([...utf8(text)]).toEqual([...new TextEncoder().encode(text)]);
  });
});
