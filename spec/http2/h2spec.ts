import { type Header, HpackEncoder } from '../../lib/http2/mod.ts';
import { frame, u32 } from './conformance.ts';

/**
 * What h2spec (147 cases, for servers) and h2specd (57, for clients) send and accept, by their own numbers: the suite, the section of RFC 7540 or 7541, and the case.
 * https://github.com/summerwind/h2spec
 */
export interface Case {
  readonly id: string;
  readonly frames: readonly Uint8Array[];
  /** `pong`: the first PING back is the answer to ours; `data n`: n bytes of DATA frames; `stream` or `connection`: an error of that scope, or wider, with one of these codes. */
  readonly accept:
    | 'headers'
    | 'ping'
    | 'pong'
    | 'pong or close'
    | 'ack'
    | `data ${number}`
    | { readonly scope: 'stream' | 'connection'; readonly codes: readonly number[] };
  /** The response is complete before the last frame comes; else both orders are tried. */
  readonly closed?: boolean;
  /** Without the preface and SETTINGS that the others begin with. */
  readonly raw?: boolean;
}

const hex = (text: string): number[] => (text.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const encode = (fields: readonly Header[]): number[] => [...new HpackEncoder().encode(fields)];
/** What a stateful encoder writes behind `COMMON`: each of these is sent in one block with it. */
const COMMON: readonly Header[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', '127.0.0.1:80'],
];
const POST: readonly Header[] = [[':method', 'POST'], ...COMMON.slice(1)];
const get = encode(COMMON);
const post = encode(POST);
const ok = encode([[':status', '200']]);
const dummy = encode([['x-dummy0', 'a'.repeat(100)]]);
const TEST = ascii('test');
const OPAQUE = ascii('h2spec\0\0');
const PING = frame(6, 0, 0, OPAQUE);
const ZERO = new Uint8Array(8);
const H = (block: readonly number[], flags = 5, id = 1): Uint8Array => frame(1, flags, id, block);
const D = (bytes: ArrayLike<number> = TEST, flags = 1, id = 1): Uint8Array => frame(0, flags, id, bytes);
const C = (block: readonly number[], flags = 4, id = 1): Uint8Array => frame(9, flags, id, block);
const RST = (id = 1, code = 8): Uint8Array => frame(3, 0, id, u32(code));
const WU = (id: number, bytes: number): Uint8Array => frame(8, 0, id, u32(bytes));
const PRIORITY = (id: number, dependency = 0, weight = 15): Uint8Array =>
  frame(2, 0, id, [...u32(dependency), weight]);
const SET = (...pairs: readonly (readonly [number, number])[]): Uint8Array =>
  frame(
    4,
    0,
    0,
    pairs.flatMap(([id, value]) => [0, id, ...u32(value)]),
  );
const G = (...codes: number[]): Case['accept'] => ({ scope: 'connection', codes });
const E = (...codes: number[]): Case['accept'] => ({ scope: 'stream', codes });
const CLOSED = { closed: true };

const server: Case[] = [];
const client: Case[] = [];
const s = (
  id: string,
  accept: Case['accept'],
  frames: Uint8Array[],
  more: { closed?: boolean; raw?: boolean } = {},
): number => server.push({ id, accept, frames, ...more });
const c = (id: string, accept: Case['accept'], ...frames: Uint8Array[]): number =>
  client.push({ id, accept, frames });
const PREFACE = Uint8Array.from(ascii('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));

s('generic/1/1', 'ack', [PREFACE, SET([4, 65_535])], { raw: true });
s('generic/2/1', 'pong', [PRIORITY(1), PING]);
s('generic/2/2', 'data 1', [SET([4, 0]), H(get), WU(1, 1)]);
s('generic/2/3', 'data 1', [SET([4, 0]), H(get), PRIORITY(1), WU(1, 1)]);
s('generic/2/4', 'pong or close', [H(get), RST(), PING]);
s('generic/2/5', 'pong', [H(get), PRIORITY(1), PING], CLOSED);
s('generic/3.1/1', 'headers', [H(post, 4), D()]);
s('generic/3.1/2', 'headers', [H(post, 4), D(TEST, 0), D()]);
s('generic/3.1/3', 'headers', [H(post, 4), D([5, ...TEST, 0, 0, 0, 0, 0], 9)]);
s('generic/3.2/1', 'headers', [H(get)]);
s('generic/3.2/2', 'headers', [H([8, ...get, ...ZERO], 0xd)]);
s('generic/3.2/3', 'headers', [H([0, 0, 0, 0, 255, ...get], 0x25)]);
s('generic/3.3/1', 'headers', [PRIORITY(1, 0, 0), H(get)]);
s('generic/3.3/2', 'headers', [PRIORITY(1, 0, 255), H(get)]);
s('generic/3.3/3', 'headers', [PRIORITY(3, 1, 255), H(get)]);
s('generic/3.3/4', 'headers', [PRIORITY(1, 0x80000000, 255), H(get)]);
s('generic/3.3/5', 'headers', [PRIORITY(3, 0, 255), H(get)]);
s('generic/3.4/1', 'pong or close', [H(get, 4), RST(), PING]);
s('generic/3.5/1', 'ack', [SET([1, 4096], [2, 1], [3, 100], [4, 65_535], [5, 16_384], [6, 100])]);
s('generic/3.7/1', 'pong', [PING]);
s('generic/3.8/1', 'pong or close', [frame(7, 0, 0, [...u32(0), ...u32(0), ...ascii('h2spec')]), PING]);
s('generic/3.9/1', 'pong', [WU(0, 1), PING]);
s('generic/3.9/2', 'headers', [H(get), WU(1, 1)]);
s('generic/3.10/1', 'headers', [H(get.slice(0, 5), 1), C(get.slice(5))]);
s('generic/3.10/2', 'headers', [H(get.slice(0, 5), 1), C(get.slice(5, 10), 0), C(get.slice(10))]);
s('generic/4/1', 'headers', [H(get)]);
s('generic/4/2', 'headers', [H(encode([[':method', 'HEAD'], ...COMMON.slice(1)]))]);
s('generic/4/3', 'headers', [H(post, 4), D()]);
s('generic/4/4', 'headers', [
  H(encode([...POST, ['trailer', 'x-test']]), 4),
  D(TEST, 0),
  H(encode([['x-test', 'ok']])),
]);
const LITERALS = [
  'ba',
  '4087b505b161cc5a93849c48aca4',
  '400a757365722d6167656e7406683273706563',
  '4006782d7465737406683273706563',
  '4085f2b24a84ff849c48aca4',
  '000a757365722d6167656e7406683273706563',
  '0087b505b161cc5a93849c48aca4',
  '0006782d7465737406683273706563',
  '0085f2b24a84ff849c48aca4',
  '100a757365722d6167656e7406683273706563',
  '1087b505b161cc5a93849c48aca4',
  '1006782d7465737406683273706563',
  '1085f2b24a84ff849c48aca4',
];
LITERALS.forEach((literal, i) => {
  s(`generic/5/${i + 1}`, 'headers', [H([...get, ...hex(literal)])]);
});
s('generic/5/14', 'headers', [H([0x3f, 0x61, ...get])]);
s('generic/5/15', 'headers', [H([...hex('3f613fe11f'), ...get])]);

s('http2/3.5/1', 'ack', [PREFACE, SET([4, 65_535])], { raw: true });
s('http2/3.5/2', G(1), [Uint8Array.from(ascii('INVALID CONNECTION PREFACE\r\n\r\n'))], { raw: true });
s('http2/4.1/1', 'pong', [frame(0x16, 0, 0, ZERO), PING]);
s('http2/4.1/2', 'ping', [frame(6, 0x16, 0, ZERO)]);
s('http2/4.1/3', 'ping', [frame(6, 0x16, 0x80000000, ZERO)]);
s('http2/4.2/1', 'headers', [H(post, 4), D(new Uint8Array(16_384))]);
s('http2/4.2/2', E(6), [H(post, 4), D(new Uint8Array(16_385))]);
s('http2/4.2/3', G(6), [H([...get, ...new Uint8Array(16_384)])]);
s('http2/4.3/1', G(9), [H([0x40])]);
s('http2/4.3/2', G(1), [H(get, 0), PRIORITY(1), C(dummy)]);
s('http2/4.3/3', G(1), [H(get, 0), H(get, 5, 3), C(dummy)]);
s('http2/5.1/1', G(1), [D()]);
s('http2/5.1/2', G(1), [RST()]);
s('http2/5.1/3', G(1), [WU(1, 100)]);
s('http2/5.1/4', G(1), [C(get)]);
s('http2/5.1/5', E(5), [H(get), D()]);
s('http2/5.1/6', E(5), [H(get), H(get)]);
s('http2/5.1/7', E(5, 1), [H(get), C(get)]);
s('http2/5.1/8', E(5), [H(get, 4), RST(), D()]);
s('http2/5.1/9', E(5), [H(get, 4), RST(), H(get)]);
s('http2/5.1/10', E(5, 1), [H(get, 4), RST(), C(dummy)]);
s('http2/5.1/11', E(5), [H(get), D()], CLOSED);
s('http2/5.1/12', G(5), [H(get), H(get)], CLOSED);
s('http2/5.1/13', G(5, 1), [H(get), C(dummy)], CLOSED);
s('http2/5.1.1/1', G(1), [H(get, 5, 2)]);
s('http2/5.1.1/2', G(1), [H(get, 5, 5), H(get, 5, 3)]);
s('http2/5.1.2/1', E(1, 7), [SET([4, 0]), ...Array.from({ length: 129 }, (_, i) => H(get, 5, 2 * i + 1))]);
s('http2/5.3.1/1', E(1), [H([0, 0, 0, 1, 255, ...get], 0x25)]);
s('http2/5.3.1/2', E(1), [PRIORITY(1, 1, 255)]);
s('http2/5.4.1/1', G(1), [frame(6, 0, 3, ZERO)]);
s('http2/5.4.1/2', G(1), [frame(6, 0, 3, ZERO)]);
s('http2/5.5/1', 'pong', [frame(0x16, 0, 0, ZERO), PING]);
s('http2/5.5/2', G(1), [H(get, 1), frame(0x16, 0, 0, ZERO)]);
s('http2/6.1/1', G(1), [D(TEST, 1, 0)]);
s('http2/6.1/2', E(5), [H(post), D()]);
s('http2/6.1/3', G(1), [H(encode([...POST, ['content-length', '4']]), 4), D([6, ...ascii('Test')], 9)]);
s('http2/6.2/1', G(1), [H(get, 0), PRIORITY(1), C(dummy)]);
s('http2/6.2/2', G(1), [H(get, 0), H(get, 5, 3), C(dummy)]);
s('http2/6.2/3', G(1), [H(get, 5, 0)]);
s('http2/6.2/4', E(1), [H([get.length + 2, ...get], 0xd)]);
s('http2/6.3/1', G(1), [PRIORITY(0)]);
s('http2/6.3/2', E(6), [H(get), frame(2, 0, 1, [0x80, 0, 0, 1])]);
s('http2/6.4/1', G(1), [RST(0)]);
s('http2/6.4/2', G(1), [RST()]);
s('http2/6.4/3', E(6), [H(get), frame(3, 0, 1, [0, 0, 0])]);
s('http2/6.5/1', G(6), [frame(4, 1, 0, [0])]);
s('http2/6.5/2', G(1), [frame(4, 0, 1, [0, 3, 0, 0, 0, 0x64])]);
s('http2/6.5/3', G(6), [frame(4, 0, 0, [0, 3, 0])]);
s('http2/6.5.2/1', G(1), [SET([2, 2])]);
s('http2/6.5.2/2', G(3), [SET([4, 2_147_483_648])]);
s('http2/6.5.2/3', G(1), [SET([5, 16_383])]);
s('http2/6.5.2/4', G(1), [SET([5, 16_777_216])]);
s('http2/6.5.2/5', 'pong', [SET([0xff, 1]), PING]);
s('http2/6.5.3/1', 'data 1', [SET([4, 100], [4, 1]), H(get)]);
s('http2/6.5.3/2', 'ack', [SET([2, 0])]);
s('http2/6.7/1', 'pong', [PING]);
s('http2/6.7/2', 'pong', [frame(6, 1, 0, ascii('invalid\0')), PING]);
s('http2/6.7/3', G(1), [frame(6, 0, 1, ZERO)]);
s('http2/6.7/4', G(6), [frame(6, 0, 0, ZERO.subarray(2))]);
s('http2/6.8/1', G(1), [frame(7, 0, 1, ZERO)]);
s('http2/6.9/1', G(1), [WU(0, 0)]);
s('http2/6.9/2', E(1), [H(get, 4), WU(1, 0)]);
s('http2/6.9/3', G(6), [frame(8, 0, 0, [0, 0, 1])]);
s('http2/6.9.1/1', 'data 1', [SET([4, 1]), H(get)]);
s('http2/6.9.1/2', G(3), [WU(0, 0x7fffffff), WU(0, 0x7fffffff)]);
s('http2/6.9.1/3', E(3), [H(get, 4), WU(1, 0x7fffffff), WU(1, 0x7fffffff)]);
s('http2/6.9.2/1', 'data 1', [SET([4, 0]), H(get), SET([4, 1])]);
s('http2/6.9.2/2', 'data 4', [SET([4, 3]), H(get), SET([4, 2]), WU(1, 2)]);
s('http2/6.9.2/3', G(3), [frame(4, 0, 0, [0, 4, 0x80, 0, 0, 0])]);
s('http2/6.10/1', 'headers', [H(get, 1), C(dummy, 0), C(dummy)]);
s('http2/6.10/2', G(1), [H(post, 0), C(dummy, 0), D()]);
s('http2/6.10/3', G(1), [H(get, 1), C(dummy, 4, 0)]);
s('http2/6.10/4', G(1), [H(get), C(dummy)]);
s('http2/6.10/5', G(1), [H(get, 1), C(dummy), C(dummy)]);
s('http2/6.10/6', G(1), [H(post, 4), D(), C(dummy, 0), C(dummy, 4, 0)]);
s('http2/7/1', 'pong or close', [frame(7, 0, 0, [...u32(0), ...u32(0xff)]), PING]);
s('http2/7/2', 'pong or close', [H(get, 4), RST(1, 0xff), PING]);
s('http2/8.1/1', E(1), [H(post, 4), D(TEST, 0), H(encode([['x-test', 'ok']]), 4)]);
s('http2/8.1.2/1', E(1), [H(encode([...COMMON, ['X-TEST', 'ok']]))]);
s('http2/8.1.2.1/1', E(1), [H(encode([...COMMON, [':test', 'ok']]))]);
s('http2/8.1.2.1/2', E(1), [H(encode([...COMMON, [':status', '200']]))]);
s('http2/8.1.2.1/3', E(1), [H(post, 4), D(TEST, 0), H(encode([[':method', 'POST']]))]);
s('http2/8.1.2.1/4', E(1), [H(encode([['x-test', 'ok'], ...COMMON]))]);
s('http2/8.1.2.2/1', E(1), [H(encode([...COMMON, ['connection', 'keep-alive']]))]);
s('http2/8.1.2.2/2', E(1), [H(encode([...COMMON, ['trailers', 'test'], ['te', 'trailers, deflate']]))]);
const without = (name: string): number[] => encode(COMMON.filter(([key]) => key !== name));
s('http2/8.1.2.3/1', E(1), [H(encode(COMMON.map(([k, v]) => [k, k === ':path' ? '' : v])))]);
s('http2/8.1.2.3/2', E(1), [H(without(':method'))]);
s('http2/8.1.2.3/3', E(1), [H(without(':scheme'))]);
s('http2/8.1.2.3/4', E(1), [H(without(':path'))]);
s('http2/8.1.2.3/5', E(1), [H(encode([...COMMON, [':method', 'GET']]))]);
s('http2/8.1.2.3/6', E(1), [H(encode([...COMMON, [':scheme', 'http']]))]);
s('http2/8.1.2.3/7', E(1), [H(encode([...COMMON, [':path', '/']]))]);
const ONE = encode([...POST, ['content-length', '1']]);
s('http2/8.1.2.6/1', E(1), [H(ONE, 4), D()]);
s('http2/8.1.2.6/2', E(1), [H(ONE, 4), D(TEST, 0), D()]);
s('http2/8.2/1', G(1), [frame(5, 4, 1, [...u32(3), ...get])]);

s('hpack/2.3.3/1', G(9), [H([...get, 0xc6])]);
s('hpack/2.3.3/2', G(9), [H([...get, 0x7f, 7, 0])]);
s('hpack/4.2/1', G(9), [H([...get, 0x21])]);
s('hpack/5.2/1', G(9), [H([...get, ...hex('0085f2b24a84ff8449509fff')])]);
s('hpack/5.2/2', G(9), [H([...get, ...hex('0085f2b24a84ff83495090')])]);
s('hpack/5.2/3', G(9), [H([...get, ...hex('0085f2b24a84ff874951fffffffa7f')])]);
s('hpack/6.1/1', G(9), [H([...get, 0x80])]);
s('hpack/6.3/1', G(9), [H([...hex('3fe21f'), ...get])]);

c('client/1/1', 'ack');
c('client/4.1/1', 'pong', frame(0x16, 0, 0, ZERO), PING);
c('client/4.1/2', 'ping', frame(6, 0x16, 0, ZERO));
c('client/4.1/3', 'ping', frame(6, 0x16, 0x80000000, ZERO));
c('client/4.2/1', 'pong', H(ok, 4), D(new Uint8Array(16_384)), PING);
c('client/4.2/2', E(6), H(ok, 4), D(new Uint8Array(16_385)));
c('client/4.2/3', G(6), H([...ok, ...new Uint8Array(16_384)]));
c('client/4.3/1', G(9), H([0x40]));
c('client/5.1/1', G(1), D(TEST, 1, 2));
c('client/5.1/2', G(1), RST(2));
c('client/5.1/3', G(1), WU(2, 100));
c('client/5.1/4', G(1), C(ok, 4, 2));
c('client/5.1/5', E(5), H(ok, 4), RST(), D());
c('client/5.1/6', E(5), H(ok, 4), RST(), H(ok));
c('client/5.1/7', E(5, 1), H(ok, 4), RST(), C(dummy));
c('client/5.1/8', G(5), H(ok), D());
c('client/5.1/9', G(5), H(ok), H(ok));
c('client/5.1/10', G(5, 1), H(ok), C(dummy));
c('client/5.1.1/1', G(1), H(ok, 5, 101));
c('client/5.4.1/1', G(1), frame(6, 0, 3, ZERO));
c('client/5.4.1/2', G(1), frame(6, 0, 3, ZERO));
c('client/5.5/1', 'pong', frame(0x16, 0, 0, ZERO), PING);
c('client/6.1/1', G(1), D(TEST, 1, 0));
c('client/6.1/2', E(5), H(ok), D());
c('client/6.1/3', G(1), H([...ok, ...encode([['content-length', '4']])], 4), D([6, ...ascii('Test')], 9));
c('client/6.2/1', G(1), H(ok, 0), PRIORITY(1), C(dummy));
c('client/6.2/2', G(1), H(ok, 5, 0));
c('client/6.2/3', E(1), H([17, ...ok], 0xd));
c('client/6.3/1', G(1), PRIORITY(0));
c('client/6.3/2', E(6), H(ok), frame(2, 0, 1, [0x80, 0, 0, 1]));
c('client/6.4/1', G(1), RST(0));
c('client/6.4/2', G(1), RST(2));
c('client/6.4/3', E(6), H(ok), frame(3, 0, 1, [0, 0, 0]));
c('client/6.5/1', G(6), frame(4, 1, 0, [0]));
c('client/6.5/2', G(1), frame(4, 0, 1, [0, 3, 0, 0, 0, 0x64]));
c('client/6.5/3', E(6), frame(4, 0, 0, [0, 3, 0]));
c('client/6.5.2/1', G(3), SET([4, 2_147_483_648]));
c('client/6.5.2/2', G(1), SET([5, 16_383]));
c('client/6.5.2/3', G(1), SET([5, 16_777_216]));
c('client/6.5.2/4', 'pong', SET([0xff, 1]), PING);
c('client/6.5.3/1', 'ack', SET([3, 100]));
c('client/6.7/1', 'pong', PING);
c('client/6.7/2', 'pong', frame(6, 1, 0, ascii('invalid\0')), PING);
c('client/6.7/3', G(1), frame(6, 0, 1, ZERO));
c('client/6.7/4', G(6), frame(6, 0, 0, ZERO.subarray(2)));
c('client/6.8/1', G(1), frame(7, 0, 1, ZERO));
c('client/6.9/1', G(1), WU(0, 0));
c('client/6.9/2', E(1), H(ok, 4), WU(1, 0));
c('client/6.9/3', G(6), frame(8, 0, 0, [0, 0, 1]));
c('client/6.9.1/1', G(3), WU(0, 0x7fffffff), WU(0, 0x7fffffff));
c('client/6.9.1/2', E(3), H(ok, 4), WU(1, 0x7fffffff), WU(1, 0x7fffffff));
c('client/6.10/1', 'pong', H(ok, 1), C(dummy, 0), C(dummy), PING);
c('client/6.10/2', G(1), H(ok, 0), C(dummy, 0), D());
c('client/6.10/3', G(1), H(ok, 1), C(dummy, 4, 0));
c('client/6.10/4', G(1), H(ok), C(dummy));
c('client/6.10/5', G(1), H(ok, 1), C(dummy), C(dummy));
c('client/6.10/6', G(1), H(ok, 4), D(), C(dummy, 0), C(dummy, 4, 0));

export const H2SPEC: { readonly server: readonly Case[]; readonly client: readonly Case[] } = {
  server,
  client,
};
