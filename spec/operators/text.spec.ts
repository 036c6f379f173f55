import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pipe, text } from '../../lib/mod.ts';
import { cut, splits } from './cuts.ts';
import { all } from './reading.ts';
import { randomCuts, trickyInputs } from './tricky-text.ts';
import { valueLaws } from './value-laws.ts';

describe('text', () => {
  valueLaws(text, 'é a', 'é a');

  it.each(trickyInputs)('as TextDecoder on every split: %s', async (_, input) => {
    for (const cuts of splits(input.byteLength))
      for (const async of [false, true]) {
        const parts = await all(pipe(cut(input, cuts, async), text()));
        expect(parts.join('')).toBe(new TextDecoder().decode(input));
        expect(parts).not.toContain('');
      }
  });

  it('random bytes, random splits', async () => {
    await fc.assert(
      fc.asyncProperty(randomCuts, async ({ input, cuts }) => {
        expect((await all(pipe(cut(input, cuts), text()))).join('')).toBe(new TextDecoder().decode(input));
      }),
      { numRuns: 300 },
    );
  });

  it('gives what is whole, and pulls on for what is not', async () => {
    const parts = [[0x61, 0xf0], [0x9f], [0x98], [0x80, 0x62]];
    let pulls = 0;
    const source = { pull: () => (parts[pulls] ? Uint8Array.from(parts[pulls++] as number[]) : null) };
    const reader = pipe(source, text()).getReader();
    expect([(await reader.read()).value, pulls]).toEqual(['a', 1]);
    expect([(await reader.read()).value, pulls]).toEqual(['😀b', 4]);
    expect((await reader.read()).done).toBe(true);
  });

  it('what is cut off at the end becomes U+FFFD, and then comes the end', async () => {
    expect(await all(pipe([Uint8Array.of(0x61, 0xe2, 0x82)], text()))).toEqual(['a', '\uFFFD']);
  });

  it('an operator in two pipes keeps nothing of the first', async () => {
    const operator = text();
    await all(pipe([Uint8Array.of(0xe2)], operator));
    expect(await all(pipe('a', operator))).toEqual(['a']);
  });
});
