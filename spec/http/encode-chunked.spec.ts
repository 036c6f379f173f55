import { describe, expect, it } from '@jest/globals';
import { decodeChunked, encodeChunked } from '../../lib/http/mod.ts';
import { type BodyLike, type BodySource, body, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { brands } from '../contract/brands.ts';
import { drain, toBytes, toText } from './chunked-wires.ts';
import { turns } from './raw-peer.ts';

describe('encodeChunked', () => {
  const coded = async (from: BodyLike, options?: Parameters<typeof encodeChunked>[1]) =>
    toText(await bytes(encodeChunked(from, options)));

  it('one chunk on the wire for each that the body gives, then the last one', async () => {
    expect(await coded('')).toBe('0\r\n\r\n');
    expect(await coded('abc')).toBe('3\r\nabc\r\n0\r\n\r\n');
    expect(await coded(['a', '', 'b'.repeat(26)])).toBe(`1\r\na\r\n1a\r\n${'b'.repeat(26)}\r\n0\r\n\r\n`);
    const stream = encodeChunked('abc');
    expect(stream.byteLength).toBeUndefined();
    expect(stream.hasTrailers).toBe(false);
  });

  it('trailers of the body, or of the options, without those that may not be sent', async () => {
    const trailers = new Headers({ 'x-sum': '1', 'content-length': '5', 'set-cookie': 'a' });
    const last = '1\r\na\r\n0\r\nx-sum: 1\r\n\r\n';
    for (const given of [trailers, Promise.resolve(trailers), () => trailers, async () => trailers]) {
      expect(await coded(body('a', { trailers: given }))).toBe(last);
      expect(await coded('a', { trailers: given })).toBe(last);
    }
    expect(await coded(body('a', { trailers: new Headers({ b: '1' }) }), { trailers })).toBe(last);
  });

  it('a body or trailers that fail: no last chunk', async () => {
    const broken = new Error('broken');
    for (const at of [0, 1, 2]) {
      for (const async of [false, true]) {
        let n = 0;
        const next = () => {
          if (n++ === at) throw broken;
          return toBytes('a');
        };
        const { text, error } = await drain(
          encodeChunked({ pull: () => (async ? Promise.resolve().then(next) : next()) }),
        );
        expect([text, error]).toEqual(['1\r\na\r\n'.repeat(at), broken]);
      }
    }
    const trailers = Promise.reject(broken);
    trailers.catch(() => {});
    expect(await drain(encodeChunked(body('a', { trailers })))).toEqual({
      text: '1\r\na\r\n',
      error: broken,
    });
  });

  it('pulls the body only when it is read, and reads ahead no more than asked', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const stream = encodeChunked(source);
    await turns();
    expect(source.pulls).toBe(0);
    const reader = stream.getReader();
    for (let i = 1; i <= 3; i++) {
      expect((await reader.read()).value?.byteLength).toBe(15);
      await turns();
      expect(source.pulls).toBe(i);
    }
    const ahead = countingSource({ chunkBytes: 10 });
    const second = encodeChunked(ahead, { highWaterMark: 30 }).getReader();
    await second.read();
    await turns();
    expect(ahead.pulls).toBe(3);
  });

  it('a cancel reaches the body once, with the same reason; a signal too', async () => {
    const source = countingSource({ chunkBytes: 10, async: true });
    const reader = encodeChunked(source).getReader();
    await reader.read();
    const reason = new Error('enough');
    await reader.cancel(reason);
    expect(source.cancelled).toEqual({ reason });
    const controller = new AbortController();
    const other = countingSource({ chunkBytes: 10 });
    const signalled = encodeChunked(other, { signal: controller.signal }).getReader();
    await signalled.read();
    controller.abort(reason);
    await expect(signalled.read()).rejects.toBe(reason);
    expect(other.cancelled).toEqual({ reason });
  });

  it.each([1, 3, 64])('a BYOB reader with %d bytes at a time gets the same', async (size) => {
    const reader = encodeChunked(['abc', 'de'], { type: 'bytes' }).getReader({ mode: 'byob' });
    let text = '';
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) break;
      text += toText(value);
    }
    expect(text).toBe('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
  });

  it.each(brands.source.map((brand) => [brand.name, brand] as const))(
    'takes a %s stream, and gives it back',
    async (_name, brand) => {
      const pieces = ['abc', 'defg'];
      const stream = brand.stream({
        pull: async () => {
          const piece = pieces.shift();
          return piece === undefined ? undefined : toBytes(piece);
        },
      });
      const there = encodeChunked(stream as unknown as BodyLike);
      expect(await drain(decodeChunked(there))).toEqual({ text: 'abcdefg' });
    },
  );

  it.each([1, 100, 65_536])(
    'decodes to what it was, chunks of %d bytes, with its trailers',
    async (chunkBytes) => {
      const source: BodySource = countingSource({ chunkBytes, totalBytes: chunkBytes * 5 + 1 });
      const back = await collect(
        decodeChunked(encodeChunked(body(source, { trailers: new Headers({ a: 'b' }) }))),
      );
      expect(back.bytes().every((byte, i) => byte === i % 251)).toBe(true);
      expect(back.bytes().byteLength).toBe(chunkBytes * 5 + 1);
      expect(back.trailers.get('a')).toBe('b');
    },
  );
});
