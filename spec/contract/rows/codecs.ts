import type { Http2Event } from '../../../lib/http2/mod.ts';
import type { Http1, Row } from '../contract.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The bytes whole, byte by byte, and cut in two at every place. */
function* cuts(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  yield Array.from(bytes, (byte) => Uint8Array.of(byte));
  for (let at = 1; at < bytes.byteLength; at++) yield [bytes.slice(0, at), bytes.slice(at)];
}

const join = (pieces: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
};

/** What a connection makes of one message: what its events say, and what is left. */
function read({ Http1Connection }: Http1, role: 'server' | 'client', pieces: Iterable<Uint8Array>): unknown {
  const connection = new Http1Connection({ role });
  if (role === 'client') connection.next({ method: 'GET' });
  const seen: Record<string, unknown> = { body: '', rest: '' };
  for (const piece of pieces) {
    for (const event of connection.receive(piece)) {
      if (event.type === 'request') seen['head'] = [event.method, event.authority, event.headers];
      else if (event.type === 'response') seen['head'] = [event.status, event.reason, event.headers];
      else if (event.type === 'end') seen['trailers'] = event.trailers;
      else if (event.type === 'error') seen['error'] = [event.error.code, event.error.statusHint];
      else if (event.type === 'data')
        for (let i = 0; i < event.offsets.length; i += 2)
          seen['body'] += decode(piece.subarray(event.offsets[i], event.offsets[i + 1]));
    }
    seen['rest'] += decode(piece.subarray(connection.consumed));
  }
  return { ...seen, state: connection.state };
}

const chunked = '5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n';
const fields = 'Host: a.test\r\nTransfer-Encoding: chunked\r\n\r\n';

/** The codecs give the same however their input was cut. */
export const codecRows: readonly Row[] = [
  {
    name: 'the chunked coding is decoded at every cut, with its trailers and what follows',
    uses: [],
    async run({ http1, equal }) {
      for (const pieces of cuts(encode(`${chunked}more`))) {
        const decoder = new http1.ChunkedDecoder();
        let [text, rest] = ['', ''];
        for (const piece of pieces) {
          const offsets: number[] = [];
          const stop = decoder.read(piece, 0, piece.byteLength, offsets);
          for (let i = 0; i < offsets.length; i += 2)
            text += decode(piece.subarray(offsets[i], offsets[i + 1]));
          rest += decode(piece.subarray(stop));
        }
        equal([text, rest, decoder.done, decoder.trailers], ['hello world', 'more', true, ['x-sum', '11']]);
      }
      for (const wrong of ['5\nhello', '5 \r\nhello', 'g\r\n', '5\r\nhello!', '0\r\nx y: 1\r\n\r\n'])
        for (const pieces of cuts(encode(wrong))) {
          const decoder = new http1.ChunkedDecoder();
          for (const piece of pieces) decoder.read(piece, 0, piece.byteLength, []);
          equal(decoder.error?.code, 'ERR_PROTOCOL', JSON.stringify(wrong));
        }
    },
  },
  {
    name: 'the chunked coding is written',
    uses: [],
    async run({ http1, equal }) {
      const encoder = new http1.ChunkedEncoder();
      const pieces = [...encoder.encode(new Uint8Array(26).fill(97)), encoder.end(['x-sum', '1'])];
      equal(decode(join(pieces)), `1a\r\n${'a'.repeat(26)}\r\n0\r\nx-sum: 1\r\n\r\n`);
    },
  },
  {
    name: 'heads are parsed once they are whole, and written again',
    uses: [],
    async run({ http1, equal }) {
      const request = encode('PUT /a?b HTTP/1.1\r\nHost: a.test:8080\r\nX-A:  b c \r\n\r\n');
      const response = encode('HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\n');
      for (let end = 0; end <= request.byteLength; end++) {
        const parsed = http1.parseRequestHead(request.subarray(0, end));
        if (end < request.byteLength) equal(parsed, null);
        else
          equal(
            [parsed?.head.method, parsed?.head.authority, parsed?.head.headers, parsed?.end],
            ['PUT', 'a.test:8080', ['host', 'a.test:8080', 'x-a', 'b c'], end],
          );
      }
      for (let end = 0; end <= response.byteLength; end++) {
        const parsed = http1.parseResponseHead(response.subarray(0, end), 'GET');
        if (end < response.byteLength) equal(parsed, null);
        else
          equal(
            [parsed?.head.status, parsed?.head.reason, parsed?.head.framing],
            [404, 'Not Found', { kind: 'length', length: 3 }],
          );
      }
      const headers = ['host', 'a', 'x-a', 'b'];
      const written = http1.writeRequestHead({ method: 'GET', target: '/', headers });
      equal(decode(written), 'GET / HTTP/1.1\r\nhost: a\r\nx-a: b\r\n\r\n');
      let refused = '';
      try {
        http1.writeResponseHead({ status: 200, reason: '', headers: ['x-a', 'b\r\nc: d'] });
      } catch (error) {
        refused = (error as Error).name;
      }
      equal(refused, 'TypeError', 'a line break in a field');
    },
  },
  {
    name: 'an HTTP/1.1 connection reads the same at every cut, in both roles',
    uses: [],
    async run({ http1, equal }) {
      const messages = [
        ['server', `POST /a HTTP/1.1\r\n${fields}${chunked}`],
        ['client', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${fields}${chunked}`],
      ] as const;
      for (const [role, text] of messages) {
        const bytes = encode(`${text}rest`);
        const whole = read(http1, role, [bytes]) as Record<string, unknown>;
        equal([whole['body'], whole['trailers'], whole['state']], ['hello world', ['x-sum', '11'], 'done']);
        for (const pieces of cuts(bytes)) equal(read(http1, role, pieces), whole, `${pieces[0]?.byteLength}`);
      }
      const bad = [
        ['GET / HTTP/1.1\r\n\r\n', 400],
        ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
        ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
        ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
        ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
      ] as const;
      for (const [text, status] of bad)
        for (const pieces of cuts(encode(text))) {
          const { error } = read(http1, 'server', pieces) as { error: unknown };
          equal(error, ['ERR_PROTOCOL', status], JSON.stringify(text));
        }
    },
  },
  {
    name: 'frames are read at every cut',
    uses: [],
    async run({ http2, equal }) {
      const writer = new http2.FrameWriter();
      writer.settings([[4, 1000]]);
      writer.headers(1, encode('block'), false, 16_384);
      writer.data(1, encode('some data'), true);
      writer.windowUpdate(0, 77);
      writer.rstStream(3, 8);
      writer.goAway(1, 2, encode('why'));
      const bytes = join(writer.take());
      const frames = (pieces: Iterable<Uint8Array>): unknown[] => {
        const reader = new http2.FrameReader(16_384);
        const seen: { head: unknown[]; payload: Uint8Array[] }[] = [];
        for (const piece of pieces) {
          reader.push(piece);
          for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
            const { type, flags, streamId, length, payload, first } = frame;
            if (first) seen.push({ head: [type, flags, streamId, length], payload: [] });
            seen.at(-1)?.payload.push(payload.slice());
          }
        }
        return seen.map(({ head, payload }) => [...head, [...join(payload)]]);
      };
      const whole = frames([bytes]);
      equal(
        whole.map((frame) => (frame as number[])[0]),
        [4, 1, 0, 8, 3, 7],
      );
      for (const pieces of cuts(bytes)) equal(frames(pieces), whole, `${pieces[0]?.byteLength}`);
    },
  },
  {
    name: 'HPACK gives back what it was given, by its table and by Huffman',
    uses: [],
    async run({ http2, equal }) {
      const encoder = new http2.HpackEncoder();
      const decoder = new http2.HpackDecoder();
      const limits = { maxBytes: 1e5, maxCount: 100, hardBytes: 1e6 };
      const list: [string, string][] = [
        [':method', 'GET'],
        [':path', '/a/long/path?with=query'],
        ['user-agent', 'something that repeats/1.0'],
        ['x-\u00ff', '\u00e9\u0001'],
        ['authorization', 'secret'],
      ];
      const sizes: number[] = [];
      for (let n = 0; n < 3; n++) {
        const block = encoder.encode(list);
        sizes.push(block.byteLength);
        equal(decoder.decode(block, limits), { fields: list, overflow: false });
      }
      equal((sizes[1] ?? 0) < (sizes[0] ?? 0), true, 'the table makes it shorter');
      // RFC 7541 appendix C.4.1.
      const example = Uint8Array.from([
        0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
      ]);
      equal(new http2.HpackDecoder().decode(example, limits).fields, [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':path', '/'],
        [':authority', 'www.example.com'],
      ]);
      for (let end = 4; end < example.byteLength; end++) {
        let code = '';
        try {
          new http2.HpackDecoder().decode(example.subarray(0, end), limits);
        } catch (error) {
          code = (error as { code: string }).code;
        }
        equal(code, 'ERR_PROTOCOL', `cut off at ${end}`);
      }
    },
  },
  {
    name: 'an HTTP/2 connection reads the same at every cut, and sends no more than its windows',
    uses: [],
    async run({ http2, equal }) {
      const client = new http2.Http2Connection({ role: 'client' });
      client.initiate();
      const head: [string, string][] = [
        [':method', 'POST'],
        [':scheme', 'http'],
        [':authority', 'a.test'],
        [':path', '/'],
      ];
      const streamId = client.openStream(head, false);
      client.sendData(streamId, encode('hello'), false);
      client.sendTrailers(streamId, [['x-sum', '5']]);
      const bytes = join(client.take());
      const served = (pieces: Iterable<Uint8Array>): unknown => {
        const server = new http2.Http2Connection({ role: 'server' });
        server.initiate();
        const events: Http2Event[] = [];
        let body = '';
        for (const piece of pieces)
          for (const event of server.receive(piece, 0)) {
            if (event.type === 'data') body += decode(event.data);
            else events.push(event);
          }
        return [body, events.map((event) => ('headers' in event ? [event.type, event.headers] : event.type))];
      };
      const whole = served([bytes]);
      equal(whole, ['hello', ['settings', ['request', []], ['trailers', [['x-sum', '5']]]]]);
      for (const pieces of cuts(bytes)) equal(served(pieces), whole, `${pieces[0]?.byteLength}`);
    },
  },
  {
    name: 'decodeChunked and encodeChunked on streams: one pull a read, trailers, the rest, errors that cancel',
    uses: ['source'],
    async run({ sluice, http, source, equal, rejection, settle }) {
      for (const pieces of cuts(encode(`${chunked}more`))) {
        const left = [...pieces];
        const decoded = http.decodeChunked(source.stream({ pull: () => left.shift() }));
        const { trailers, ...body } = await sluice.collect(decoded);
        equal([body.text(), [...trailers]], ['hello world', [['x-sum', '11']]]);
        equal((await sluice.collect(decoded.rest())).text(), 'more');
      }
      const reasons: unknown[] = [];
      let pulls = 0;
      const pull = () => (pulls++ === 0 ? encode('3\r\nabcX') : encode('3\r\nabc\r\n'));
      const broken = http.decodeChunked(source.stream({ pull, cancel: (reason) => reasons.push(reason) }));
      const error = (await rejection(sluice.bytes(broken))) as { code?: string };
      await settle();
      equal([error.code, reasons.length], ['ERR_PROTOCOL', 1]);

      const cut = http.decodeChunked(source.stream({ pull: () => undefined }));
      equal(((await rejection(sluice.bytes(cut))) as { code?: string }).code, 'ERR_PROTOCOL', 'a cut');

      const trailers = new Headers({ 'x-sum': '3' });
      const encoded = http.encodeChunked(sluice.body('abc', { trailers }));
      equal((await sluice.collect(encoded)).text(), '3\r\nabc\r\n0\r\nx-sum: 3\r\n\r\n');
    },
  },
];
