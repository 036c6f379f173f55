import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lines, pipe } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { cut, splits, utf8 } from './cuts.ts';
import { all } from './reading.ts';
import { randomCuts, trickyInputs } from './tricky-text.ts';
import { valueLaws } from './value-laws.ts';

function referenceLines(bytes: Uint8Array): string[] {
  const whole = new TextDecoder().decode(bytes);
  const parts = whole.split('\n');
  const last = parts.pop() as string;
  const all = parts.map((line) => line.replace(/\r$/, ''));
  return last === '' ? all : [...all, last];
}

describe('lines', () => {
  valueLaws(lines, 'é a\n', 'é a');

  it.each(trickyInputs)('against a reference on every split: %s', async (_, input) => {
    for (const cuts of splits(input.byteLength))
      for (const async of [false, true])
        expect(await all(pipe(cut(input, cuts, async), lines()))).toEqual(referenceLines(input));
  });

  it('random bytes, random splits', async () => {
    await fc.assert(
      fc.asyncProperty(randomCuts, async ({ input, cuts }) => {
        expect(await all(pipe(cut(input, cuts), lines()))).toEqual(referenceLines(input));
      }),
      { numRuns: 300 },
    );
  });

  it('a line over the limit errors after the lines before it, before memory grows', async () => {
    for (const chunkBytes of [1, 7, 100, 200_000]) {
      const got: string[] = [];
      let pulled = 0;
      let reason: unknown;
      const head = utf8('ab\ncd\r\nefg\r\n');
      const source = {
        pull: () => {
          const chunk = new Uint8Array(chunkBytes).fill(0x78);
          if (pulled < head.byteLength) chunk.set(head.subarray(pulled, pulled + chunkBytes));
          pulled += chunkBytes;
          return chunk;
        },
        cancel: (why: unknown) => {
          reason = why;
        },
      };
      const error = await (async () => {
        for await (const line of pipe(source, lines({ maxBytes: 3 }))) got.push(line);
      })().catch((e) => e);
      expect(got).toEqual(['ab', 'cd', 'efg']);
      expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 3 });
      expect(reason).toBe(error);
      expect(pulled).toBeLessThanOrEqual(head.byteLength + 5 + chunkBytes);
    }
  });

  it('counts without what ends the line, on every split', async () => {
    for (const input of ['abc\r\nabc', 'abc\nabc\n', 'abc'])
      for (const cuts of splits(input.length))
        expect(await all(pipe(cut(utf8(input), cuts), lines({ maxBytes: 3 })))).toEqual(
          referenceLines(utf8(input)),
        );
    for (const input of ['abcd', 'abc\r', 'abc\rd', 'a\nabcd\n', 'abcd\r\n'])
      for (const cuts of splits(input.length))
        await expect(all(pipe(cut(utf8(input), cuts), lines({ maxBytes: 3 })))).rejects.toMatchObject({
          limit: 3,
        });
    expect(await all(pipe('\n\r\n', lines({ maxBytes: 0 })))).toEqual(['', '']);
  });

  it('pulls only for a line that is read, and splits a huge chunk bit by bit', async () => {
    const source = countingSource({ chunkBytes: 251 * 4 });
    const reader = pipe(source, lines()).getReader();
    for (let i = 0; i < 4; i++) await reader.read();
    expect(source.pulls).toBe(1);
    await reader.cancel('left');
    expect(source.cancelled).toEqual({ reason: 'left' });
    const many = 'x\n'.repeat(200_000);
    expect(await all(pipe(many, lines()))).toHaveLength(200_000);
  });

  it('a source that fails in the middle of a line: the lines before it, then the error', async () => {
    const failure = new Error('broke');
    const parts = ['a\nb', 'c'];
    const source = {
      pull() {
        const part = parts.shift();
        if (part === undefined) throw failure;
        return utf8(part);
      },
    };
    const reader = pipe(source, lines()).getReader();
    expect((await reader.read()).value).toBe('a');
    expect(await reader.read().catch((e) => e)).toBe(failure);
  });

  it('an operator in two pipes keeps nothing of the first', async () => {
    const operator = lines();
    await pipe('\uFEFFa\nb', operator).getReader().read();
    expect(await all(pipe('\uFEFFc', operator))).toEqual(['c']);
  });

  it('refuses a limit out of range at the call', () => {
    for (const maxBytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => lines({ maxBytes })).toThrow(RangeError);
    expect(() => lines({ maxBytes: '5' as never })).toThrow(TypeError);
  });
});
