import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ndjson, pipe } from '../../lib/mod.ts';
import { cut, splits, utf8 } from './cuts.ts';
import { all, fate } from './reading.ts';
import { valueLaws } from './value-laws.ts';

describe('ndjson', () => {
  valueLaws(ndjson, '{"a":["é"]}\n', { a: ['é'] });

  it('on every split', async () => {
    const input = utf8('{"a":"😀"}\r\n\n null \n"x\\n"\n  \n[1,\r 2]');
    for (const cuts of splits(input.byteLength))
      expect(await all(pipe(cut(input, cuts), ndjson()))).toEqual([{ a: '😀' }, null, 'x\n', [1, 2]]);
  });

  it('a line that is no JSON errors after the values before it, and cancels the source', async () => {
    let reason: unknown;
    const got: unknown[] = [];
    const source = { ...cut(utf8('1\n2\nno\n3\n'), []), cancel: (why: unknown) => void (reason = why) };
    const error = await (async () => {
      for await (const value of pipe(source, ndjson())) got.push(value);
    })().catch((e) => e);
    expect([got, error.name, reason]).toEqual([[1, 2], 'SyntaxError', error]);
    await expect(all(pipe('"long"\n', ndjson({ maxBytes: 3 })))).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
    });
  });

  it('null is a value, not the end', async () => {
    expect(await all(pipe('null\n0\n""\nfalse\nnull', ndjson()))).toEqual([null, 0, '', false, null]);
  });

  it('a value may be split anywhere, and the last line needs no end', async () => {
    expect(await all(pipe(['{"a"', ':1', '}'], ndjson()))).toEqual([{ a: 1 }]);
    expect((await fate(pipe(['1\n{"a"', ':1'], ndjson()))).got).toEqual([1]);
    expect((await fate(pipe(['1\n{"a"', ':1'], ndjson()))).error).toMatchObject({ name: 'SyntaxError' });
  });

  it('the length of a line is checked before it is parsed', async () => {
    const { got, error } = await fate(pipe('1\nno JSON\n', ndjson({ maxBytes: 3 })));
    expect([got, error]).toMatchObject([[1], { code: 'ERR_LIMIT_EXCEEDED', limit: 3 }]);
  });

  it('refuses a limit out of range at the call', () => {
    for (const maxBytes of [-1, 1.5, Number.NaN]) expect(() => ndjson({ maxBytes })).toThrow(RangeError);
    expect(() => ndjson({ maxBytes: '5' as never })).toThrow(TypeError);
  });

  it('over random cuts: gives what JSON.parse gives for each line', async () => {
    const line = fc.tuple(fc.jsonValue(), fc.constantFrom('\n', '\r\n', '\n\n', '\n \r\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 7 })), async (lines, cuts) => {
        const text = Buffer.from(lines.map(([value, end]) => JSON.stringify(value) + end).join(''));
        const chunks: Uint8Array[] = [];
        for (let at = 0, n = 0; at < text.length; n++) {
          const size = cuts[n % (cuts.length || 1)] ?? 5;
          chunks.push(text.subarray(at, at + size));
          at += size;
        }
        const values: unknown[] = [];
        const reader = pipe(chunks, ndjson()).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) values.push(part.value);
        expect(values).toEqual(lines.map(([value]) => JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});
