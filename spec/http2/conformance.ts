import { type Header, HpackEncoder } from '../../lib/http2/mod.ts';

/** One script: what the peer sends after its preface and SETTINGS, and the answer it must get. */
export interface Script {
  readonly name: string;
  readonly role: 'server' | 'client';
  /** Client: how many GET requests we open first (streams 1, 3 …). */
  readonly open?: number;
  /** Answer each request with a whole response before the next frame. */
  readonly respond?: boolean;
  readonly frames: readonly Uint8Array[];
  /** Leaves out the peer's preface and SETTINGS. */
  readonly raw?: boolean;
  /** GOAWAY with this code; RST_STREAM on a stream; or nothing wrong. */
  readonly expect: { readonly goAway: number } | { readonly reset: number; readonly stream: number } | 'ok';
}

export function frame(type: number, flags: number, id: number, payload: ArrayLike<number> = []): Uint8Array {
  const n = payload.length;
  return Uint8Array.from([
    n >>> 16,
    n >>> 8,
    n,
    type,
    flags,
    id >>> 24,
    id >>> 16,
    id >>> 8,
    id,
    ...Array.from(payload),
  ]);
}
export const PREFACE = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const SETTINGS = frame(4, 0, 0);
export const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
export const block = (fields: readonly Header[]): Uint8Array => new HpackEncoder().encode(fields).slice();
export const GET: readonly Header[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'a'],
  [':path', '/'],
];
const POST: readonly Header[] = [[':method', 'POST'], ...GET.slice(1)];
const OK: readonly Header[] = [[':status', '200']];
const get = block(GET);
const post = block(POST);
const ok = block(OK);
/** A HEADERS frame; flags 4 ends the block, 5 the stream too. */
const H = (id: number, b: ArrayLike<number> = get, flags = 5): Uint8Array => frame(1, flags, id, b);
const D = (id: number, bytes: ArrayLike<number> = [1], flags = 0): Uint8Array => frame(0, flags, id, bytes);
const set = (...pairs: [number, number][]): Uint8Array =>
  frame(
    4,
    0,
    0,
    pairs.flatMap(([k, v]) => [0, k, ...u32(v)]),
  );

const s: Script[] = [];
const server = (
  name: string,
  expect: Script['expect'],
  frames: Uint8Array[],
  more: Partial<Script> = {},
): void => {
  s.push({ name, role: 'server', frames, expect, ...more });
};
const client = (
  name: string,
  expect: Script['expect'],
  frames: Uint8Array[],
  more: Partial<Script> = {},
): void => {
  s.push({ name, role: 'client', open: 1, frames, expect, ...more });
};
const G = (goAway: number): { goAway: number } => ({ goAway });
const R = (reset: number, stream = 1): { reset: number; stream: number } => ({ reset, stream });

// 3.4
server('preface is wrong', G(1), [new TextEncoder().encode('INVALID CONNECTION PREFACE\r\n\r\n')], {
  raw: true,
});
server('preface without SETTINGS', G(1), [PREFACE, frame(6, 0, 0, new Uint8Array(8))], { raw: true });
server('preface then SETTINGS ACK', G(1), [PREFACE, frame(4, 1, 0)], { raw: true });
// 4.1, 4.2, 4.3
const BIG = new Uint8Array(16_385);
for (const both of [server, client]) {
  both('unknown frame type is ignored', 'ok', [frame(0x16, 0, 0, [1, 2, 3]), frame(0xff, 255, 1, [1])]);
  both('undefined flags are ignored', 'ok', [frame(6, 0x16, 0, new Uint8Array(8))]);
  both('reserved bit is ignored', 'ok', [frame(6, 0, 0x80000000, new Uint8Array(8))]);
  both('DATA over the maximum frame size', G(6), [D(1, BIG)]);
  both('HEADERS over the maximum frame size', G(6), [H(1, BIG)]);
  both('SETTINGS over the maximum frame size', G(6), [frame(4, 0, 0, new Uint8Array(16_386))]);
  both('unknown type over the maximum frame size', G(6), [frame(0x20, 0, 0, BIG)]);
  both('DATA on stream 0', G(1), [D(0)]);
  both('DATA on an idle stream', G(1), [D(9)]);
  both('HEADERS on stream 0', G(1), [H(0)]);
  both('PRIORITY on stream 0', G(1), [frame(2, 0, 0, new Uint8Array(5))]);
  both('PRIORITY on an idle stream', 'ok', [frame(2, 0, 9, [0, 0, 0, 0, 1])]);
  both(
    'PRIORITY of 4 bytes',
    R(6),
    [H(1, get, 4), frame(2, 0, 1, new Uint8Array(4))].slice(both === client ? 1 : 0),
  );
  both(
    'PRIORITY on itself',
    R(1),
    [H(1, get, 4), frame(2, 0, 1, [0, 0, 0, 1, 1])].slice(both === client ? 1 : 0),
  );
  both('RST_STREAM on stream 0', G(1), [frame(3, 0, 0, u32(8))]);
  both('RST_STREAM on an idle stream', G(1), [frame(3, 0, 9, u32(8))]);
  both('RST_STREAM of 3 bytes', G(6), [frame(3, 0, 1, [0, 0, 0])]);
  both('RST_STREAM of 5 bytes', G(6), [frame(3, 0, 1, [0, 0, 0, 0, 0])]);
  both('SETTINGS on a stream', G(1), [frame(4, 0, 1)]);
  both('SETTINGS of 3 bytes', G(6), [frame(4, 0, 0, [0, 3, 0])]);
  both('SETTINGS ACK with a payload', G(6), [frame(4, 1, 0, new Uint8Array(6))]);
  both('ENABLE_PUSH of 2', G(1), [set([2, 2])]);
  both('INITIAL_WINDOW_SIZE over 2^31-1', G(3), [set([4, 0x80000000])]);
  both('MAX_FRAME_SIZE below 2^14', G(1), [set([5, 16_383])]);
  both('MAX_FRAME_SIZE over 2^24-1', G(1), [set([5, 0x1000000])]);
  both('ENABLE_CONNECT_PROTOCOL of 2', G(1), [set([8, 2])]);
  both('ENABLE_CONNECT_PROTOCOL taken back', G(1), [set([8, 1]), set([8, 0])]);
  both('unknown setting', 'ok', [set([0xff, 1])]);
  both('a setting twice: the last counts', 'ok', [set([4, 1], [4, 2])]);
  both('PING on a stream', G(1), [frame(6, 0, 1, new Uint8Array(8))]);
  both('PING of 6 bytes', G(6), [frame(6, 0, 0, new Uint8Array(6))]);
  both('PING ACK that nobody asked for', 'ok', [frame(6, 1, 0, new Uint8Array(8))]);
  both('GOAWAY on a stream', G(1), [frame(7, 0, 1, new Uint8Array(8))]);
  both('GOAWAY of 7 bytes', G(6), [frame(7, 0, 0, new Uint8Array(7))]);
  both('GOAWAY that rises', G(1), [
    frame(7, 0, 0, [...u32(1), ...u32(0)]),
    frame(7, 0, 0, [...u32(3), ...u32(0)]),
  ]);
  both('WINDOW_UPDATE of 0 on the connection', G(1), [frame(8, 0, 0, u32(0))]);
  both('WINDOW_UPDATE of 3 bytes', G(6), [frame(8, 0, 0, [0, 0, 1])]);
  both('WINDOW_UPDATE on an idle stream', G(1), [frame(8, 0, 9, u32(1))]);
  both('connection window over 2^31-1', G(3), [frame(8, 0, 0, u32(0x7fffffff))]);
  both('CONTINUATION alone', G(1), [frame(9, 4, 1, [])]);
  both('CONTINUATION on stream 0', G(1), [frame(9, 4, 0, [])]);
  both('HEADERS without CONTINUATION, then PING', G(1), [H(1, get, 0), frame(6, 0, 0, new Uint8Array(8))]);
  both('HEADERS, then CONTINUATION of another stream', G(1), [H(1, get, 0), frame(9, 4, 3, [])]);
  both('HEADERS, then an unknown type', G(1), [H(1, get, 0), frame(0x20, 0, 0, [])]);
  both('HEADERS padded over its payload', G(1), [frame(1, 0xc, 1, [9, 1])]);
  both('HEADERS padded over its payload by one', G(1), [frame(1, 0xd, 1, [1])]);
  both('HEADERS too short for PRIORITY', G(6), [frame(1, 0x24, 1, [0, 0])]);
  both('HEADERS padded over its priority', G(1), [frame(1, 0x2d, 1, [3, 0, 0, 0, 5, 7, 0, 0])]);
  both('PUSH_PROMISE', G(1), [frame(5, 4, 1, [0, 0, 0, 2, ...get])]);
  both('block with a bad index', G(9), [H(1, [0x80 | 70])]);
  both('block with index 0', G(9), [H(1, [0x80])]);
  both('block with a late size update', G(9), [H(1, [0x82, 0x20])]);
  both('block with a size update over the setting', G(9), [H(1, [0x3f, 0xe2, 0x1f])]);
  both('block with Huffman EOS', G(9), [H(1, [0, 0x84, 0xff, 0xff, 0xff, 0xff, 0])]);
  both('block with eight bits of padding', G(9), [H(1, [0, 0x82, 0x1f, 0xff, 0])]);
  both('block with padding of zeros', G(9), [H(1, [0, 0x81, 0x18, 0])]);
  both('block cut in a string', G(9), [H(1, [0, 5, 0x61])]);
  both('block with a huge integer', G(9), [H(1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])]);
  both('CONTINUATION flood', G(11), [H(1, get, 0), ...Array.from({ length: 50 }, () => frame(9, 0, 1))]);
  both(
    'SETTINGS flood',
    G(11),
    Array.from({ length: 1000 }, () => SETTINGS),
  );
  both(
    'PING flood',
    G(11),
    Array.from({ length: 1000 }, () => frame(6, 0, 0, new Uint8Array(8))),
  );
  both(
    'PRIORITY flood',
    G(11),
    Array.from({ length: 1000 }, () => frame(2, 0, 9, [0, 0, 0, 0, 1])),
  );
  both(
    'WINDOW_UPDATE flood',
    G(11),
    Array.from({ length: 5000 }, () => frame(8, 0, 0, u32(1))),
  );
}
// streams, server
server('even stream', G(1), [H(2)]);
server('lower stream', G(1), [H(5), H(3)]);
server('DATA after END_STREAM', R(5), [H(1), D(1)]);
server('HEADERS after END_STREAM', R(5), [H(1), H(1)]);
server('CONTINUATION after END_HEADERS', G(1), [H(1), frame(9, 4, 1, get)]);
server('DATA on a stream both ended', G(5), [H(1), D(1)], { respond: true });
server('HEADERS on a stream both ended', G(5), [H(1), H(1)], { respond: true });
server(
  'WINDOW_UPDATE, RST_STREAM on a closed stream',
  'ok',
  [H(1), frame(8, 0, 1, u32(1)), frame(3, 0, 1, u32(8))],
  { respond: true },
);
server('DATA after RST_STREAM', R(5), [H(1, post, 4), frame(3, 0, 1, u32(8)), D(1)]);
server('HEADERS after RST_STREAM', R(5), [H(1, post, 4), frame(3, 0, 1, u32(8)), H(1)]);
server('self-dependent HEADERS', R(1), [frame(1, 0x25, 1, [0, 0, 0, 1, 7, ...get])]);
server('padded, prioritised HEADERS', 'ok', [frame(1, 0x2d, 1, [3, 0, 0, 0, 5, 7, ...get, 0, 0, 0])]);
server('CONTINUATION in pieces', 'ok', [
  H(1, get.subarray(0, 1), 1),
  frame(9, 0, 1, get.subarray(1, 2)),
  frame(9, 4, 1, get.subarray(2)),
]);
server('padded DATA', 'ok', [H(1, post, 4), D(1, [2, 9, 0, 0], 9)]);
server('DATA padded over its payload', G(1), [H(1, post, 4), D(1, [4, 0, 0, 0], 8)]);
server('padded DATA without pad length', G(6), [H(1, post, 4), D(1, [], 8)]);
server('stream WINDOW_UPDATE of 0', R(1), [H(1, post, 4), frame(8, 0, 1, u32(0))]);
server('stream window over 2^31-1', R(3), [H(1, post, 4), frame(8, 0, 1, u32(0x7fffffff))]);
server('stream window over 2^31-1 by SETTINGS', G(3), [
  H(1, post, 4),
  frame(8, 0, 1, u32(0x7fffffff - 65_535)),
  set([4, 65_536]),
]);
server('stream window overrun', R(3), [
  H(1, post, 4),
  ...Array.from({ length: 5 }, () => D(1, new Uint8Array(16_000))),
]);
server('empty DATA flood', G(11), [H(1, post, 4), ...Array.from({ length: 1000 }, () => D(1, []))]);
server('a thousand one-byte DATA frames', 'ok', [H(1, post, 4), ...Array.from({ length: 1000 }, () => D(1))]);
server(
  'rapid reset',
  G(11),
  Array.from({ length: 500 }, (_, i) => [H(2 * i + 1), frame(3, 0, 2 * i + 1, u32(8))]).flat(),
);
server(
  'resets provoked',
  G(11),
  Array.from({ length: 500 }, (_, i) => [H(2 * i + 1), frame(8, 0, 2 * i + 1, u32(0))]).flat(),
);
server(
  'too many streams',
  R(7, 257),
  Array.from({ length: 129 }, (_, i) => H(2 * i + 1)),
);
server('HPACK bomb', G(11), [
  H(1, [
    0x40,
    1,
    0x61,
    0x7f,
    0xa1,
    0x1e,
    ...new Uint8Array(4000).fill(0x61),
    ...new Uint8Array(9000).fill(0xbe),
  ]),
]);
server('PRIORITY_UPDATE', 'ok', [frame(0x10, 0, 0, [...u32(1), 0x75, 0x3d, 0x31]), H(1)]);
const update = (id: number): Uint8Array => frame(0x10, 0, 0, [...u32(id), 0x75, 0x3d, 0x31]);
server('PRIORITY_UPDATE of a closed stream', 'ok', [H(3), update(1), update(3)]);
server(
  'PRIORITY_UPDATE of as many streams as there may be, opened or passed over',
  'ok',
  [0, 256].flatMap((from) => [
    ...Array.from({ length: 128 }, (_, i) => update(from + 2 * i + 1)),
    H(from + 255),
  ]),
  { respond: true },
);
server('PRIORITY_UPDATE of too many idle streams', G(1), [
  H(1),
  ...Array.from({ length: 128 }, (_, i) => update(2 * i + 3)),
]);
server('PRIORITY_UPDATE of a stream that would be pushed', G(1), [update(2)]);
server('PRIORITY_UPDATE of stream 0', G(1), [frame(0x10, 0, 0, u32(0))]);
server('PRIORITY_UPDATE on a stream', G(1), [frame(0x10, 0, 1, u32(1))]);
// messages, server
const bad = (name: string, fields: readonly Header[], ...rest: Uint8Array[]): void =>
  server(`malformed: ${name}`, R(1), [H(1, block(fields), rest.length > 0 ? 4 : 5), ...rest]);
bad('upper-case name', [...GET, ['X-Test', 'a']]);
bad('empty name', [...GET, ['', 'a']]);
bad('space in name', [...GET, ['a b', 'a']]);
bad('NUL in value', [...GET, ['a', 'a\0']]);
bad('CR in value', [...GET, ['a', 'a\rb']]);
bad('space around value', [...GET, ['a', ' a']]);
bad('unknown pseudo-header', [...GET, [':test', 'a']]);
bad(':status in a request', [...GET, [':status', '200']]);
bad('pseudo-header after a field', [...GET.slice(0, 3), ['a', 'b'], [':path', '/']]);
bad('no :method', GET.slice(1));
bad('no :scheme', [GET[0], ...GET.slice(2)] as Header[]);
bad('no :path', GET.slice(0, 3));
bad('empty :path', [...GET.slice(0, 3), [':path', '']]);
bad('path without slash', [...GET.slice(0, 3), [':path', 'x']]);
bad('path with a space', [...GET.slice(0, 3), [':path', '/ x']]);
bad('two :method', [...GET, [':method', 'GET']]);
bad('two :path', [...GET, [':path', '/']]);
bad('two :scheme', [...GET, [':scheme', 'http']]);
bad('no authority', [GET[0], GET[1], GET[3]] as Header[]);
bad('userinfo', [GET[0], GET[1], [':authority', 'u@a'], GET[3]] as Header[]);
bad('host differs', [...GET, ['host', 'b']]);
bad('host twice', [...GET, ['host', 'a'], ['host', 'a']]);
for (const name of ['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade'])
  bad(name, [...GET, [name, 'x']]);
bad('te', [...GET, ['te', 'gzip']]);
bad('content-length twice', [...POST, ['content-length', '1'], ['content-length', '1']], D(1, [1], 1));
bad('content-length +1', [...POST, ['content-length', '+1']], D(1, [1], 1));
bad('content-length without DATA', [...POST, ['content-length', '1']]);
bad('DATA under content-length', [...POST, ['content-length', '2']], D(1, [1], 1));
bad('DATA over content-length', [...POST, ['content-length', '1']], D(1), D(1));
bad('trailers under content-length', [...POST, ['content-length', '2']], D(1), H(1, block([['a', 'b']])));
bad('trailers without END_STREAM', POST, H(1, block([['a', 'b']]), 4));
bad('pseudo-header in trailers', POST, H(1, block([[':path', '/']])));
bad('CONNECT with :path', [[':method', 'CONNECT'], ...GET.slice(1)]);
bad(':protocol not offered', [[':method', 'CONNECT'], ...GET.slice(1), [':protocol', 'websocket']]);
server('te: trailers, cookies, trailers', 'ok', [
  H(1, block([...POST, ['te', 'trailers'], ['cookie', 'a=1'], ['cookie', 'b=2']]), 4),
  D(1),
  H(1, block([['a', 'b']])),
]);
server('CONNECT', 'ok', [
  H(
    1,
    block([
      [':method', 'CONNECT'],
      [':authority', 'a:1'],
    ]),
    4,
  ),
  D(1),
]);
server('OPTIONS *', 'ok', [
  H(1, block([[':method', 'OPTIONS'], GET[1], GET[2], [':path', '*']] as Header[])),
]);
// client
client('ENABLE_PUSH of 1 from a server', G(1), [set([2, 1])]);
client('HEADERS on a stream nobody opened', G(1), [H(3, ok)]);
client('HEADERS on an even stream', G(1), [H(2, ok)]);
client('DATA before HEADERS', R(1), [D(1)]);
client('response', 'ok', [H(1, ok, 4), D(1, [1], 1)]);
client('no :status', R(1), [H(1, block([['a', 'b']]))]);
client(':status of letters', R(1), [H(1, block([[':status', 'abc']]))]);
client('two :status', R(1), [H(1, block([...OK, ...OK]))]);
client('status 101', R(1), [H(1, block([[':status', '101']]), 4)]);
client('request pseudo-header in a response', R(1), [H(1, block([...OK, [':path', '/']]))]);
client('1xx with END_STREAM', R(1), [H(1, block([[':status', '103']]))]);
client('1xx, then a response', 'ok', [H(1, block([[':status', '103']]), 4), H(1, ok)]);
client(
  '17 informational',
  R(1),
  Array.from({ length: 17 }, () => H(1, block([[':status', '103']]), 4)),
);
client('DATA in a 204', R(1), [H(1, block([[':status', '204']]), 4), D(1)]);
client('DATA under content-length', R(1), [H(1, block([...OK, ['content-length', '2']]), 4), D(1, [1], 1)]);
client('trailers without END_STREAM', R(1), [H(1, ok, 4), H(1, block([['a', 'b']]), 4)]);
client('pseudo-header in trailers', R(1), [H(1, ok, 4), H(1, ok)]);
client('DATA on a stream both ended', G(5), [H(1, ok), D(1)]);
client('connection field in a response', R(1), [H(1, block([...OK, ['connection', 'x']]))]);
client('PRIORITY_UPDATE from a server', G(1), [frame(0x10, 0, 0, u32(1))]);

export const SCRIPTS: readonly Script[] = s;
