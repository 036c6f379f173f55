import { describe, expect, it } from '@jest/globals';
import { type DecodeChunkedOptions, decodeChunked } from '../../lib/http/mod.ts';
import type { BodyLike } from '../../lib/mod.ts';
import { brands } from '../contract/brands.ts';
import { cuts, drain, toBytes, toText, wireOf } from './chunked-wires.ts';
import { turns } from './raw-peer.ts';

describe('decodeChunked', () => {
  it.each<[string, string, string, string[]]>([
    ['no chunk', '0\r\n\r\n', '', []],
    ['one chunk', '3\r\nabc\r\n0\r\n\r\n', 'abc', []],
    ['three chunks', '3\r\nabc\r\n1\r\nd\r\nA\r\n0\r\n\r\n01234\r\n00\r\n\r\n', 'abcd0\r\n\r\n01234', []],
    ['an extension', '3;a="b"\r\nabc\r\n0;c\r\n\r\n', 'abc', []],
    ['trailers', '1\r\na\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\nHost: dropped\r\n\r\n', 'a', ['x-sum', '1, 2']],
  ])('%s: however it is cut, with and without bytes after it', async (_name, coded, decoded, trailers) => {
    for (const after of ['', 'after\r\n\r\n']) {
      for (const pieces of cuts(coded + after)) {
        for (const async of [false, true]) {
          const wire = wireOf(pieces, async);
          const stream = decodeChunked(wire);
          const rest = stream.rest();
          expect(await drain(stream)).toEqual({ text: decoded });
          expect([...(await stream.trailers)].flat()).toEqual(trailers);
          expect(stream.hasTrailers).toBe(trailers.length > 0);
          // Nothing is read past the piece that holds the end.
          let read = 0;
          let held = 0;
          while (held < coded.length) held += pieces[read++]?.length ?? 0;
          expect(wire.pulls).toBe(read);
          expect(await drain(rest)).toEqual({ text: after });
          expect(wire.cancels).toEqual([]);
        }
      }
    }
  });

  it.each<[string, string, string]>([
    ['nothing', '', ''],
    ['an end in a size', '1', ''],
    ['an end after a size', '3\r\n', ''],
    ['an end in a chunk', '3\r\nab', 'ab'],
    ['an end after a chunk', '3\r\nabc\r\n', 'abc'],
    ['an end before the last CRLF', '1\r\na\r\n0\r\n', 'a'],
    ['an end in the trailers', '1\r\na\r\n0\r\nA: b\r\n', 'a'],
  ])('truncated, %s: what came, then an error', async (_name, coded, received) => {
    for (const pieces of coded === '' ? [[]] : cuts(coded)) {
      const stream = decodeChunked(wireOf(pieces));
      const { text, error } = await drain(stream);
      expect([text, error]).toEqual([received, expect.objectContaining({ code: 'ERR_PROTOCOL' })]);
      expect((await drain(stream.rest())).error).toBe(error);
      await expect(stream.trailers).rejects.toBe(error);
    }
  });

  it.each<[string, string, string, DecodeChunkedOptions]>([
    ['a size of letters', '1\r\na\r\nxyz\r\n', 'a', {}],
    ['a sign', '+1\r\na\r\n0\r\n\r\n', '', {}],
    ['a bare LF', '1\na\r\n0\r\n\r\n', '', {}],
    ['a chunk that is too long', '1\r\nab\r\n0\r\n\r\n', 'a', {}],
    ['a size of 2^53', '20000000000000\r\n', '', {}],
    ['NUL in a trailer', '1\r\na\r\n0\r\na: \0\r\n\r\n', 'a', {}],
    ['a size line past its limit', '1;aaaaaaaa\r\na\r\n0\r\n\r\n', '', { maxChunkLineBytes: 8 }],
    ['extensions past their limit', '1;abcde\r\na\r\n0\r\n\r\n', '', { maxChunkExtensionBytes: 4 }],
    ['trailers past their limit', '1\r\na\r\n0\r\nabc: def\r\n\r\n', 'a', { maxTrailerBytes: 8 }],
    ['too many trailers', '0\r\na: b\r\nc: d\r\n\r\n', '', { maxHeaderCount: 1 }],
  ])(
    'malformed, %s: what came, then an error, and the wire is cancelled with it',
    async (_name, coded, received, options) => {
      for (const pieces of cuts(coded)) {
        for (const async of [false, true]) {
          const wire = wireOf([...pieces, 'never read'], async);
          const stream = decodeChunked(wire, options);
          const rest = stream.rest();
          const { text, error } = await drain(stream);
          expect([text, error]).toEqual([received, expect.objectContaining({ code: 'ERR_PROTOCOL' })]);
          expect(wire.cancels).toEqual([error]);
          expect((await drain(rest)).error).toBe(error);
          expect(wire.pulls).toBeLessThanOrEqual(pieces.length);
        }
      }
    },
  );

  it('a wire that fails: what came, then its own error', async () => {
    const broken = new Error('broken');
    const parts: (string | Error)[] = ['3\r\nabc\r\n', '2\r\nd', broken];
    const stream = decodeChunked({
      pull() {
        const part = parts.shift();
        if (part instanceof Error) throw part;
        return toBytes(part ?? '');
      },
    });
    expect(await drain(stream)).toEqual({ text: 'abcd', error: broken });
    expect(await drain(stream.rest())).toEqual({ text: '', error: broken });
  });

  it('pulls nothing before the first read, and one piece for each read that has to wait', async () => {
    const wire = wireOf(['3\r\nabc\r\n2\r\nde\r\n', '1\r\nf\r\n', '0\r\n\r\n']);
    const stream = decodeChunked(wire);
    await turns();
    expect(wire.pulls).toBe(0);
    const reader = stream.getReader();
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const { value } = await reader.read();
      seen.push([value && toText(value), wire.pulls]);
    }
    expect(seen).toEqual([
      ['abc', 1],
      ['de', 1],
      ['f', 2],
      [undefined, 3],
    ]);
  });

  it('reads ahead as far as its highWaterMark', async () => {
    const wire = wireOf(Array.from({ length: 100 }, () => 'a\r\n0123456789\r\n'));
    const stream = decodeChunked(wire, { highWaterMark: 50 });
    const reader = stream.getReader();
    await reader.read();
    await turns();
    expect(wire.pulls).toBe(6);
    expect(stream.stats).toMatchObject({ delivered: 10, buffered: 50 });
    await reader.cancel();
  });

  it.each([1, 2, 5, 64])('a BYOB reader with %d bytes at a time gets the same', async (size) => {
    for (const pieces of cuts('3\r\nabc\r\n6\r\ndefghi\r\n0\r\n\r\nafter')) {
      const stream = decodeChunked(wireOf(pieces), { type: 'bytes' });
      const reader = stream.getReader({ mode: 'byob' });
      let text = '';
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(size));
        if (done) break;
        expect(value.byteLength).toBeGreaterThan(0);
        text += toText(value);
      }
      expect(text).toBe('abcdefghi');
      expect(await drain(stream.rest())).toEqual({ text: 'after' });
    }
  });

  it('leaves the memory of its wire alone, in byte mode too', async () => {
    const wire = toBytes('3\r\nabc\r\n0\r\n\r\nafter');
    const stream = decodeChunked({ pull: () => wire }, { type: 'bytes' });
    expect(await drain(stream)).toEqual({ text: 'abc' });
    expect(toText(wire)).toBe('3\r\nabc\r\n0\r\n\r\nafter');
  });

  it('a cancel reaches the wire once, with the same reason, also while a pull is pending', async () => {
    const reason = new Error('enough');
    for (const pending of [false, true]) {
      const cancels: unknown[] = [];
      const never = new Promise<null>(() => {});
      let n = 0;
      const stream = decodeChunked({
        pull: () => (n++ === 0 ? toBytes('3\r\nabc\r\n2\r\n') : never),
        cancel: (why) => void cancels.push(why),
      });
      const reader = stream.getReader();
      await reader.read();
      const read = pending ? reader.read() : undefined;
      const cancelled = reader.cancel(reason);
      expect(cancels).toEqual([reason]);
      await cancelled;
      if (read) expect(await read).toMatchObject({ done: true });
      expect((await drain(stream.rest())).error).toMatchObject({ code: 'ERR_CLOSED', reason });
      await expect(stream.trailers).rejects.toBe(reason);
      expect(cancels).toEqual([reason]);
    }
  });

  it('a cancel after the end was received and before it was read: the rest does not look finished', async () => {
    const wire = wireOf(['1\r\na\r\n1\r\nb\r\n0\r\n\r\nafter', 'more']);
    const stream = decodeChunked(wire);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(wire.cancels).toEqual(['enough']);
    expect(await drain(stream.rest())).toMatchObject({ text: '', error: { code: 'ERR_CLOSED' } });
  });

  it('a signal that aborts reaches the wire, the reader and the rest', async () => {
    const controller = new AbortController();
    const wire = wireOf(['3\r\nabc\r\n', '3\r\ndef\r\n']);
    const stream = decodeChunked(wire, { signal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(reader.read()).rejects.toBe(reason);
    expect(wire.cancels).toEqual([reason]);
    expect((await drain(stream.rest())).error).toMatchObject({ reason });
  });

  it('a byteLength that is not met is an error', async () => {
    const wire = wireOf(['3\r\nabc\r\n', '3\r\ndef\r\n', '0\r\n\r\n']);
    const stream = decodeChunked(wire, { byteLength: 4 });
    expect(stream.byteLength).toBe(4);
    const { text, error } = await drain(stream);
    expect([text, error]).toEqual(['abc', expect.objectContaining({ code: 'ERR_LENGTH_MISMATCH' })]);
    expect(wire.cancels).toEqual([error]);
  });

  it.each(brands.source.map((brand) => [brand.name, brand] as const))(
    'takes a %s stream',
    async (name, brand) => {
      for (const pieces of [['3\r\nabc\r\n0\r\n\r\nafter'], [...'3\r\nabc\r\n0\r\n\r\nafter']]) {
        const left = [...pieces];
        const cancels: unknown[] = [];
        const wire = () =>
          brand.stream({
            pull: async () => {
              const piece = left.shift();
              return piece === undefined ? undefined : toBytes(piece);
            },
            cancel: (reason) => void cancels.push(reason),
          }) as unknown as BodyLike;
        const stream = decodeChunked(wire());
        expect(await drain(stream)).toEqual({ text: 'abc' });
        expect(await drain(stream.rest())).toEqual({ text: 'after' });
        // Those of whatwg-node cancel a source that has ended, and with reasons of their own.
        if (!name.startsWith('whatwg')) expect(cancels).toEqual([]);
        cancels.length = 0;
        left.push('3\r\nabc\r\n', '3\r\n');
        const given = decodeChunked(wire());
        const reader = given.getReader();
        await reader.read();
        await reader.cancel('enough');
        expect(cancels).toHaveLength(1);
        if (!name.startsWith('whatwg')) expect(cancels).toEqual(['enough']);
      }
    },
  );

  it('a limit that is undefined is the default', async () => {
    const decoded = decodeChunked('1\r\na\r\n0\r\nx: y\r\n\r\n', { maxTrailerBytes: undefined } as object);
    expect(await drain(decoded)).toEqual({ text: 'a' });
    expect((await decoded.trailers).get('x')).toBe('y');
  });

  it('one that can be none is refused at the call', () => {
    const stream = new ReadableStream<Uint8Array>();
    for (const value of [-1, Number.NaN, 'x'])
      for (const name of ['maxTrailerBytes', 'maxHeaderCount', 'maxChunkLineBytes', 'maxChunkExtensionBytes'])
        expect(() => decodeChunked(stream, { [name]: value })).toThrow(`Cannot use ${name} as`);
    expect(stream.locked).toBe(false);
  });
});

describe('decodeChunked().rest()', () => {
  it('is one stream, which waits for the body and reads no further than it is read', async () => {
    const wire = wireOf(['1\r\na\r\n', '0\r\n\r\nb', 'c', 'd']);
    const stream = decodeChunked(wire);
    const rest = stream.rest();
    expect(stream.rest()).toBe(rest);
    const reader = rest.getReader();
    const first = reader.read();
    await turns();
    expect(wire.pulls).toBe(0);
    expect(await drain(stream)).toEqual({ text: 'a' });
    expect(toText((await first).value ?? new Uint8Array())).toBe('b');
    await turns();
    expect(wire.pulls).toBe(2);
    expect(toText((await reader.read()).value ?? new Uint8Array())).toBe('c');
    expect(wire.pulls).toBe(3);
    await reader.cancel('enough');
    expect(wire.cancels).toEqual(['enough']);
  });

  it('cancelled early leaves the body alone: the wire hears of it at the end, once', async () => {
    const wire = wireOf(['1\r\na\r\n', '1\r\nb\r\n', '0\r\n\r\nafter']);
    const stream = decodeChunked(wire);
    await stream.rest().cancel('not wanted');
    expect(await drain(stream)).toEqual({ text: 'ab' });
    await turns();
    expect(wire.cancels).toEqual(['not wanted']);
  });

  it('can hold a second body', async () => {
    const first = decodeChunked(wireOf([...'1\r\na\r\n0\r\n\r\n2\r\nbc\r\n0\r\nx: y\r\n\r\nend']));
    expect(await drain(first)).toEqual({ text: 'a' });
    const second = decodeChunked(first.rest());
    expect(await drain(second)).toEqual({ text: 'bc' });
    expect((await second.trailers).get('x')).toBe('y');
    expect(await drain(second.rest())).toEqual({ text: 'end' });
  });
});
