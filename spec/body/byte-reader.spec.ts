import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { body, byteReader, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);
const split = (whole: string, cuts: readonly number[]): string[] => {
  const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, n) => whole.slice(from, at[n] ?? whole.length));
};

describe('byteReader', () => {
  it('finds delimiters however the bytes are cut', async () => {
    const piece = fc
      .array(fc.constantFrom('a', 'b', '\r', '\n'), { maxLength: 30 })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(
        piece,
        fc.array(fc.nat(30), { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', 'aab', '\r\n\r\n'),
        async (whole, cuts, mark) => {
          const reader = byteReader(split(whole, cuts));
          const found: string[] = [];
          for (
            let part = text(await reader.readUntil(mark));
            part !== null;
            part = text(await reader.readUntil(mark))
          )
            found.push(part);
          const expected = whole.split(mark);
          if (expected.at(-1) === '') expected.pop();
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it('reads sizes however the bytes are cut, in the order of the calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { maxLength: 8 }),
        fc.array(fc.nat(9), { maxLength: 6 }),
        async (cuts, sizes) => {
          const whole = '0123456789abcdefghijklmnopqrstuvwxyz'.repeat(2);
          const reader = byteReader(split(whole, cuts));
          const parts = await Promise.all(sizes.map((n) => reader.readExactly(n)));
          const rest = (await collect(reader.rest())).text();
          expect(parts.map(text).join('') + rest).toBe(whole);
          expect(parts.map((part) => part.byteLength)).toEqual(sizes);
        },
      ),
    );
  });

  it('pulls only what a call needs', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const reader = byteReader(source);
    await reader.readExactly(0);
    expect(source.pulls).toBe(0);
    await reader.peek(10);
    await reader.readExactly(10);
    expect(source.pulls).toBe(1);
    await reader.readExactly(11);
    expect(source.pulls).toBe(3);
    await reader.cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
  });

  it('peek leaves the bytes, gives memory of its own, and is short only at the end', async () => {
    const reader = byteReader(['ab', 'c']);
    const seen = await reader.peek(2);
    seen.fill(0);
    expect(text(await reader.peek(5))).toBe('abc');
    expect(text(await reader.readExactly(3))).toBe('abc');
    expect((await reader.peek(5)).byteLength).toBe(0);
    expect(await reader.readUntil('\n')).toBeNull();
  });

  it('a short body leaves its bytes to be read', async () => {
    const reader = byteReader('abc');
    expect(await reader.readExactly(5).catch((e) => e)).toMatchObject({ expected: 5, received: 3 });
    expect(text(await reader.readExactly(3))).toBe('abc');
  });

  it('a delimiter exactly at the limit is found, one later is not, and the source is cancelled', async () => {
    expect(text(await byteReader('abc\n').readUntil('\n', { limit: 3 }))).toBe('abc');
    expect(text(await byteReader('abc').readUntil('\r\n', { limit: 3 }))).toBe('abc');
    await expect(byteReader('abcd').readUntil('\r\n', { limit: 3 })).rejects.toMatchObject({ limit: 3 });
    const source = countingSource({ chunkBytes: 10 });
    const reader = byteReader(source);
    const error = await reader.readUntil(new Uint8Array([250, 0]), { limit: 99 }).catch((e) => e);
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 99 });
    expect(source.cancelled?.reason).toBe(error);
    expect(source.bytes).toBeLessThanOrEqual(110);
  });

  it('a cancel rejects the read that waits, and later ones, with its reason', async () => {
    const reader = byteReader({ pull: () => new Promise<null>(() => {}) });
    const reads = [reader.readExactly(5), reader.readUntil('\n'), reader.peek(1)];
    await Promise.resolve();
    const reason = new Error('left');
    await reader.cancel(reason);
    for (const read of reads) expect(await read.catch((e) => e)).toBe(reason);
    expect(await reader.readExactly(1).catch((e) => e)).toBe(reason);
  });

  it('refuses what makes no sense at the call', () => {
    const reader = byteReader('abc');
    expect(() => reader.readExactly(-1)).toThrow(RangeError);
    expect(() => reader.peek(1.5)).toThrow(RangeError);
    expect(() => reader.readUntil('')).toThrow(RangeError);
    reader.rest();
    expect(() => reader.readExactly(1)).toThrow(TypeError);
    expect(() => reader.rest()).toThrow(TypeError);
  });

  it('cancelling the rest cancels the source; its trailers are those of the source', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const reader = byteReader(source);
    await reader.readExactly(3);
    await reader.rest().cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
    const { body } = await import('../../lib/mod.ts');
    const rest = byteReader(body('abc', { trailers: new Headers({ 'x-sum': '1' }) })).rest();
    expect((await collect(rest)).trailers.get('x-sum')).toBe('1');
  });

  it('keeps what it holds apart from the buffer of a source', async () => {
    const memory = new Uint8Array(2);
    let n = 0;
    const reader = byteReader({ pull: () => memory.fill(++n) });
    expect([...(await reader.readExactly(5))]).toEqual([1, 1, 2, 2, 3]);
    expect([...(await reader.peek(3))]).toEqual([3, 4, 4]);
    expect([...(await reader.readExactly(2))]).toEqual([3, 4]);
  });

  it('the rest has the length that is left, unless calls wait that may take of it', async () => {
    const reader = byteReader(body(['abc', 'def'], { byteLength: 6 }));
    await reader.readExactly(1);
    await reader.peek(4);
    const rest = reader.rest();
    expect(rest.byteLength).toBe(5);
    expect((await collect(rest)).text()).toBe('bcdef');
    const busy = byteReader('abc');
    const first = busy.readExactly(1);
    const unknown = busy.rest();
    expect([unknown.byteLength, text(await first), (await collect(unknown)).text()]).toEqual([
      undefined,
      'a',
      'bc',
    ]);
    expect(byteReader(['abc']).rest().byteLength).toBeUndefined();
  });
});
