import { describe, expect, it } from '@jest/globals';
import { more } from '../../lib/operators/convert.ts';
import { lineSplitter } from '../../lib/operators/line-splitter.ts';
import { utf8 } from './cuts.ts';

/** All lines of what is put in, and what it fails with. */
function run(maxBytes: number, chunks: readonly string[]): unknown[] {
  const { step, rest } = lineSplitter(maxBytes);
  const got: unknown[] = [];
  try {
    for (const chunk of [...chunks.map(utf8), null]) {
      for (let line = step(chunk); line !== more && line !== null; line = rest()) got.push(line);
    }
  } catch (error) {
    got.push((error as { code: string }).code);
  }
  return got;
}
const over = 'ERR_LIMIT_EXCEEDED';

describe('lineSplitter', () => {
  it('gives the lines of a chunk one by one, without another', () => {
    const { step, rest } = lineSplitter(10);
    expect([step(utf8('a\nb\r\nc')), rest(), rest(), rest()]).toEqual(['a', 'b', more, more]);
    expect([step(null), rest()]).toEqual(['c', more]);
  });

  it('an empty chunk is nothing, at the start, in a line and at the end', () => {
    expect(run(10, ['', 'a', '', 'b\n', '', 'c', ''])).toEqual(['ab', 'c']);
    expect(run(10, [''])).toEqual([]);
  });

  it.each<[number, string[], unknown[]]>([
    [3, ['abc\n'], ['abc']],
    [3, ['abc\r\n'], ['abc']],
    [3, ['abc\r', '\n'], ['abc']],
    [3, ['abc'], ['abc']],
    [3, ['abcd\n'], [over]],
    [3, ['abcd'], [over]],
    [3, ['abc\r'], [over]],
    [3, ['ab\r'], ['ab\r']],
    [3, ['abc\rd'], [over]],
    [3, ['abc', '\r', '\n', 'd'], ['abc', 'd']],
    [3, ['a\nbcd\nefgh\n'], ['a', 'bcd', over]],
    [3, ['é\n'], ['é']],
    [3, ['éé\n'], [over]],
    [0, ['\n\r\n\n'], ['', '', '']],
    [0, ['a'], [over]],
    [1, ['\r\n', '\r', '\r\n'], ['', '\r']],
  ])('at most %i bytes: %j', (maxBytes, chunks, expected) => {
    expect(run(maxBytes, chunks)).toEqual(expected);
    expect(run(maxBytes, chunks.join('').split(/(?:)/u))).toEqual(expected);
  });

  it('a limit around what is decoded at once', () => {
    const size = 65_536;
    for (const length of [size - 1, size, size + 1, 2 * size + 1]) {
      const line = 'x'.repeat(length);
      expect(run(length, [`${line}\r\n${line}\n`, line])).toEqual([line, line, line]);
      expect(run(length - 1, [`a\n${line}\n`])).toEqual(['a', over]);
    }
  });

  it('a character that lies over the edge of what is decoded at once is whole', () => {
    for (const before of [65_533, 65_534, 65_535, 65_536]) {
      const line = `${'x'.repeat(before)}😀`;
      expect(run(1 << 20, [`${line}\n${line}`])).toEqual([line, line]);
    }
  });

  it('a byte order mark at the start is left out; elsewhere it is text', () => {
    expect(run(6, ['\uFEFFabc\n\uFEFF\n'])).toEqual(['abc', '\uFEFF']);
    expect(run(10, ['\uFEFF'])).toEqual([]);
    expect(run(10, ['\uFEFF\n'])).toEqual(['']);
    expect(run(10, ['\uFEFF\uFEFFa'])).toEqual(['\uFEFFa']);
  });

  it('holds a copy of what it keeps: the chunk may be used again', () => {
    const { step } = lineSplitter(10);
    const memory = utf8('abc');
    expect(step(memory)).toBe(more);
    memory.fill(0x78);
    expect(step(utf8('d\n'))).toBe('abcd');
  });
});
