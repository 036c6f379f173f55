import type { Http1Limits } from '../../lib/http1/limits.ts';
import type { SentRequest } from '../../lib/http1/receiver.ts';

/** What a case must come to. `bodies` are the complete messages; `status` that of the error (null: an error without one). */
export interface Expected {
  bodies?: string[];
  head?: Record<string, unknown>;
  trailers?: string[] | null;
  status?: number | null;
  /** The start of a message that is not complete. */
  partial?: string;
  interim?: number[];
  closed?: boolean;
  state?: string;
  rest?: string;
}

export interface Case {
  name: string;
  role: 'server' | 'client';
  bytes: string;
  expect: Expected;
  request?: SentRequest;
  eof?: boolean;
  limits?: Partial<Http1Limits>;
}

const lines = (fields: string[]) => fields.map((field) => `${field}\r\n`).join('');
const get = (...fields: string[]) => `GET / HTTP/1.1\r\nHost: a\r\n${lines(fields)}\r\n`;
const post = (body: string, ...fields: string[]) =>
  `POST / HTTP/1.1\r\nHost: a\r\n${lines(fields)}\r\n${body}`;
const chunks = (body: string) => post(body, 'Transfer-Encoding: chunked');
const target = (line: string) => `${line} HTTP/1.1\r\nHost: a\r\n\r\n`;
const host = (value: string) => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`;
const ok = (body: string, ...fields: string[]) => `HTTP/1.1 200 OK\r\n${lines(fields)}\r\n${body}`;
const x = (n: number, text = 'x') => text.repeat(n);

type Rest = Partial<Omit<Case, 'name' | 'role' | 'bytes' | 'expect'>>;
const server = (name: string, bytes: string, expect: Expected, rest: Rest = {}): Case => ({
  name,
  role: 'server',
  bytes,
  expect,
  ...rest,
});
const client = (name: string, bytes: string, expect: Expected, rest: Rest = {}): Case => ({
  ...server(name, bytes, expect, rest),
  role: 'client',
});
/** Refused requests, by status. */
const refused = (status: number, cases: Record<string, string>, rest: Rest = {}): Case[] =>
  Object.entries(cases).map(([name, bytes]) =>
    server(`${status}: ${name}`, bytes, { status, bodies: [] }, rest),
  );
const broken = (cases: Record<string, string>, rest: Rest = {}): Case[] =>
  Object.entries(cases).map(([name, bytes]) =>
    client(`error: ${name}`, bytes, { status: null, bodies: [] }, rest),
  );
/** Requests taken, with their body. */
const taken = (cases: Record<string, [string, string?]>): Case[] =>
  Object.entries(cases).map(([name, [bytes, body = '']]) => server(name, bytes, { bodies: [body] }));
const head = (name: string, bytes: string, fields: Record<string, unknown>, rest: Rest = {}): Case =>
  server(name, bytes, { head: fields, bodies: [''] }, rest);
const reply = (
  name: string,
  bytes: string,
  fields: Record<string, unknown>,
  body = '',
  rest: Rest = {},
): Case => client(name, bytes, { head: fields, bodies: [body] }, rest);
const chunkFault = (status: number, cases: Record<string, [string, string?]>): Case[] =>
  Object.entries(cases).flatMap(([name, [body, partial = '']]) => [
    server(`chunked request, ${status}: ${name}`, chunks(body), { status, partial, bodies: [] }),
    client(`chunked response, error: ${name}`, ok(body, 'Transfer-Encoding: chunked'), {
      status,
      partial,
      bodies: [],
    }),
  ]);
const chunkBody = (cases: Record<string, [string, string, (string[] | null)?]>): Case[] =>
  Object.entries(cases).flatMap(([name, [wire, body, trailers = null]]) => [
    server(`chunked request: ${name}`, chunks(wire), { bodies: [body], trailers }),
    client(`chunked response: ${name}`, ok(wire, 'Transfer-Encoding: chunked'), { bodies: [body], trailers }),
  ]);

const requestLines: Case[] = [
  head('a GET', get(), {
    method: 'GET',
    target: '/',
    form: 'origin',
    path: '/',
    version: '1.1',
    authority: 'a',
    scheme: null,
  }),
  head('a lower-case method is another method', target('get /'), { method: 'get' }),
  head('every token byte in a method', target("!#$%&'*+-.^_`|~09azAZ /"), {
    method: "!#$%&'*+-.^_`|~09azAZ",
  }),
  head('a target of all visible ASCII', target(`GET /${x(1, '!"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~')}`), {
    target: '/!"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~',
  }),
  head('two slashes are a path', target('GET //b/c'), { form: 'origin', path: '//b/c', authority: 'a' }),
  head('absolute-form overrides Host', target('GET http://b:8080/c?d'), {
    form: 'absolute',
    scheme: 'http',
    authority: 'b:8080',
    path: '/c?d',
    target: 'http://b:8080/c?d',
  }),
  head('absolute-form without a path', target('GET HTTPS://b'), {
    scheme: 'https',
    authority: 'b',
    path: '/',
  }),
  head('absolute-form with a query only', target('GET http://b?c'), { authority: 'b', path: '/?c' }),
  head('absolute-form with a fragment only', target('GET http://b#c'), { authority: 'b', path: '/#c' }),
  head('absolute-form of another scheme', target('GET ws+x.1-://b/'), { scheme: 'ws+x.1-', path: '/' }),
  head('absolute-form with an IPv6 address', target('GET http://[::1]:80/'), { authority: '[::1]:80' }),
  head('authority-form', target('CONNECT b:443'), { form: 'authority', authority: 'b:443', path: '' }),
  head('authority-form with an IPv6 address', target('CONNECT [2001:db8::1]:1'), {
    authority: '[2001:db8::1]:1',
  }),
  head('asterisk-form', target('OPTIONS *'), { form: 'asterisk', path: '*', authority: 'a' }),
  head('asterisk-form of SSDP', target('M-SEARCH *'), { form: 'asterisk' }),
  head('asterisk-form of SSDP, NOTIFY', target('NOTIFY *'), { form: 'asterisk' }),
  head('OPTIONS of a path', target('OPTIONS /'), { form: 'origin' }),
  head('1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', { version: '1.0', authority: null, keepAlive: false }),
  head('1.0 with Host', 'GET / HTTP/1.0\r\nHost: b\r\n\r\n', { authority: 'b' }),
  head('1.0 with an empty Host', 'GET / HTTP/1.0\r\nHost:\r\n\r\n', { authority: null }),
  head('one empty line before', `\r\n${get()}`, { method: 'GET' }),
  head('four empty lines before', `${x(4, '\r\n')}${get()}`, { method: 'GET' }),
  ...refused(400, {
    'five empty lines before': `${x(5, '\r\n')}${get()}`,
    'a bare LF before': `\n${get()}`,
    'a CR before': `\r${get()}`,
    'a space before': ` ${get()}`,
    'a tab before': `\t${get()}`,
    'an empty method': ' / HTTP/1.1\r\nHost: a\r\n\r\n',
    'a method with a bad byte': target('GE(T /'),
    'a method with a high byte': target('GE\xe9T /'),
    'a method with a colon': target('GET: /'),
    'a tab after the method': target('GET\t/'),
    'two spaces after the method': target('GET  /'),
    'no target': 'GET HTTP/1.1\r\nHost: a\r\n\r\n',
    'an empty target': 'GET  HTTP/1.1\r\nHost: a\r\n\r\n',
    'a target with a space': target('GET /a b'),
    'a target with a tab': target('GET /a\tb'),
    'a target with NUL': target('GET /a\0b'),
    'a target with DEL': target('GET /a\x7fb'),
    'a target with a high byte': target('GET /\xe9'),
    'a relative target': target('GET a'),
    'a target of a query': target('GET ?a'),
    'a target without a slash, with a colon': target('GET a:b'),
    'a target that begins with a fragment': target('GET #a'),
    'asterisk-form of a GET': target('GET *'),
    'asterisk-form with more': target('OPTIONS *a'),
    'authority-form of a GET': target('GET b:80'),
    'origin-form of a CONNECT': target('CONNECT /'),
    'absolute-form of a CONNECT': target('CONNECT http://b:80/'),
    'CONNECT without a port': target('CONNECT b'),
    'CONNECT with an empty port': target('CONNECT b:'),
    'CONNECT with port 0': target('CONNECT b:0'),
    'CONNECT with a port past 65535': target('CONNECT b:65536'),
    'CONNECT without a host': target('CONNECT :80'),
    'CONNECT with userinfo': target('CONNECT u@b:80'),
    'CONNECT with a path': target('CONNECT b:80/'),
    'userinfo in a target': target('GET http://u@b/'),
    'userinfo with a password': target('GET http://u:p@b/'),
    'empty userinfo': target('GET http://@b/'),
    'absolute-form without an authority': target('GET http:///a'),
    'absolute-form with an empty host': target('GET http://:80/'),
    'absolute-form with one slash': target('GET http:/b'),
    'a backslash in an authority': target('GET http://b\\@c/'),
    'two spaces after the target': 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
    'a simple request': 'GET /\r\n',
    'a simple request with a space': 'GET / \r\n',
    'a lower-case version': 'GET / http/1.1\r\nHost: a\r\n\r\n',
    'a version without its name': 'GET / 1.1\r\nHost: a\r\n\r\n',
    'another protocol': 'GET / HTTQ/1.1\r\nHost: a\r\n\r\n',
    'a version without a minor': 'GET / HTTP/1\r\nHost: a\r\n\r\n',
    'a version without its dot': 'GET / HTTP/11\r\nHost: a\r\n\r\n',
    'a version with a comma': 'GET / HTTP/1,1\r\nHost: a\r\n\r\n',
    'two digits in a minor': 'GET / HTTP/1.10\r\nHost: a\r\n\r\n',
    'two digits in a major': 'GET / HTTP/11.1\r\nHost: a\r\n\r\n',
    'a letter in a version': 'GET / HTTP/1.x\r\nHost: a\r\n\r\n',
    'a letter in a major': 'GET / HTTP/x.1\r\nHost: a\r\n\r\n',
    'a space after the version': 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
    'a tab after the version': 'GET / HTTP/1.1\t\r\nHost: a\r\n\r\n',
    'a bare LF after the version': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
    'a bare CR after the version': 'GET / HTTP/1.1\rHost: a\r\n\r\n',
    'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00',
    'a space before the first field': 'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
  }),
  ...refused(505, {
    'HTTP/2.0': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
    'the HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'HTTP/0.9': 'GET / HTTP/0.9\r\nHost: a\r\n\r\n',
    'HTTP/1.2': 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
    'HTTP/3.0': 'GET / HTTP/3.0\r\nHost: a\r\n\r\n',
    'HTTP/0.1': 'GET / HTTP/0.1\r\nHost: a\r\n\r\n',
  }),
];

const hosts: Case[] = [
  ...[
    'example.com',
    'a:80',
    'a:',
    '127.0.0.1',
    '[::1]',
    '[::1]:8080',
    '[1:2:3:4:5:6:7:8]',
    '[::ffff:127.0.0.1]',
    '[1:2:3:4:5:6:7::]',
    '[v1.a:b]',
    'a_b',
    '%61',
    "!$&'()*+,;=~",
    'a:65535',
  ].map((value) => head(`Host ${value}`, host(value), { authority: value })),
  head('spaces around Host', 'GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n', { authority: 'a' }),
  ...refused(400, {
    'no Host in 1.1': 'GET / HTTP/1.1\r\n\r\n',
    'an empty Host': host(''),
    'two Hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'two equal Hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
    'two Hosts in 1.0': 'GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n',
    'a bad Host in 1.0': 'GET / HTTP/1.0\r\nHost: a/b\r\n\r\n',
    'an absolute-form with a bad Host': 'GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n',
    'an absolute-form without Host': 'GET http://a/ HTTP/1.1\r\n\r\n',
    ...Object.fromEntries(
      [
        'u@a',
        'u:p@a',
        '@a',
        'a/b',
        'a?b',
        'a#b',
        'a b',
        'a, b',
        'a:b',
        'a:80:80',
        'a:-1',
        'a:65536',
        ':80',
        'a:+80',
        '[::1',
        '::1',
        '[::1]80',
        '[]',
        '[:::]',
        '[1::2::3]',
        '[1:2:3:4:5:6:7]',
        '[1:2:3:4:5:6:7:8:9]',
        '[1:2:3:4:5:6:7:8::]',
        '[12345::]',
        '[g::]',
        '[::1.2.3.256]',
        '[1.2.3.4::]',
        '[::1.2.3]',
        '[v.a]',
        '[v1.]',
        '%6',
        '%zz',
        'a\\b',
        'a"b',
        'a<b',
        'a|b',
        'a^b',
        '\xe9',
        'http://a',
      ].map((value) => [`Host ${value}`, host(value)]),
    ),
  }),
];

const fields: Case[] = [
  head('field names in lower case, in order, repeated', get('X-B: 1', 'x-a: 2', 'X-b: 3'), {
    headers: ['host', 'a', 'x-b', '1', 'x-a', '2', 'x-b', '3'],
  }),
  head('no space after the colon', get('A:b'), { headers: ['host', 'a', 'a', 'b'] }),
  head('spaces and tabs around a value', get('A: \t b\t c \t'), { headers: ['host', 'a', 'a', 'b\t c'] }),
  head('an empty value', get('A:'), { headers: ['host', 'a', 'a', ''] }),
  head('a value of spaces', get('A: \t '), { headers: ['host', 'a', 'a', ''] }),
  head('colons in a value', get('A: b:c'), { headers: ['host', 'a', 'a', 'b:c'] }),
  head('high bytes map one to one', get('A: \x80\x9f\xa0\xff'), {
    headers: ['host', 'a', 'a', '\x80\x9f\xa0\xff'],
  }),
  head('a long value of high bytes', get(`A: ${x(5000, '\x85')}`), {
    headers: ['host', 'a', 'a', x(5000, '\x85')],
  }),
  head('every token byte in a name', get("!#$%&'*+-.^_`|~09aZ: b"), {
    headers: ['host', 'a', "!#$%&'*+-.^_`|~09az", 'b'],
  }),
  ...refused(400, {
    'a space before the colon': get('A : b'),
    'a tab before the colon': get('A\t: b'),
    'a space in a name': get('A B: c'),
    'an empty name': get(': b'),
    'no colon': get('A'),
    'a name with a high byte': get('\xe9: b'),
    'a name with a quote': get('"A": b'),
    'a name with NUL': get('A\0: b'),
    'a name with an at sign': get('A@: b'),
    'a name with a slash': get('A/: b'),
    'a name with a CR': get('A\rB: c'),
    'a name with DEL': get('A\x7f: b'),
    'NUL in a value': get('A: b\0c'),
    'a control in a value': get('A: b\x01c'),
    'a form feed in a value': get('A: \fb'),
    'a vertical tab in a value': get('A: b\vc'),
    'an escape in a value': get('A: \x1bb'),
    'DEL in a value': get('A: b\x7f'),
    'a bare LF in a value': get('A: b\nC: d'),
    'a bare CR in a value': get('A: b\rC: d'),
    'CR CR LF after a value': get('A: b\r'),
    'a bare LF at the end of a head': 'GET / HTTP/1.1\r\nHost: a\r\n\n',
    'a bare CR at the end of a head': 'GET / HTTP/1.1\r\nHost: a\r\n\rX',
    'obs-fold with a space': get('A: b', ' c'),
    'obs-fold with a tab': get('A: b', '\tc'),
    'obs-fold of nothing': get('A: b', ' '),
    'obs-fold of Transfer-Encoding': post('0\r\n\r\n', 'Transfer-Encoding:', ' chunked'),
  }),
];

const lengths: Case[] = [
  ...taken({
    'no body without Content-Length': [get()],
    'a POST without a length has no body': [post('')],
    'Content-Length': [post('hello', 'Content-Length: 5'), 'hello'],
    'Content-Length 0': [post('', 'Content-Length: 0')],
    'Content-Length with leading zeros': [post('hello', 'Content-Length: 0005'), 'hello'],
    'Content-Length with spaces around': [post('hello', 'Content-Length: \t5 '), 'hello'],
    'a GET with a body': [`${get('Content-Length: 2')}hi`, 'hi'],
    'a body of CRLFs': [post('\r\n\r\n', 'Content-Length: 4'), '\r\n\r\n'],
    'a body of every byte': [
      post(String.fromCharCode(...Array(256).keys()), 'Content-Length: 256'),
      String.fromCharCode(...Array(256).keys()),
    ],
    'CONNECT is framed like any request': [
      'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n\r\nhi',
      'hi',
    ],
    'Content-Length in 1.0': ['POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi', 'hi'],
    'Transfer-Encoding in any case': [post('0\r\n\r\n', 'Transfer-Encoding: ChunKED')],
    'Transfer-Encoding with empty members': [post('0\r\n\r\n', 'Transfer-Encoding: , chunked ,')],
    'Transfer-Encoding over two lines, one empty': [
      post('0\r\n\r\n', 'Transfer-Encoding:', 'Transfer-Encoding: chunked'),
    ],
  }),
  head('a framing of length', post('', 'Content-Length: 0'), { framing: { kind: 'length', length: 0 } }),
  head('a framing of none', get(), { framing: { kind: 'none', length: 0 } }),
  server('the largest length', post('a', 'Content-Length: 9007199254740991'), {
    bodies: [],
    partial: 'a',
    head: { framing: { kind: 'length', length: 2 ** 53 - 1 } },
  }),
  ...refused(413, {
    'Content-Length of 2^53': post('', 'Content-Length: 9007199254740992'),
    'Content-Length of 2^64': post('', 'Content-Length: 18446744073709551616'),
    'Content-Length of 400 digits': post('', `Content-Length: ${x(400, '9')}`),
  }),
  ...refused(400, {
    'Content-Length +5': post('hello', 'Content-Length: +5'),
    'Content-Length -5': post('hello', 'Content-Length: -5'),
    'Content-Length -0': post('', 'Content-Length: -0'),
    'Content-Length 0x5': post('hello', 'Content-Length: 0x5'),
    'Content-Length 5.0': post('hello', 'Content-Length: 5.0'),
    'Content-Length 5e0': post('hello', 'Content-Length: 5e0'),
    'Content-Length 1_0': post('hello', 'Content-Length: 1_0'),
    'Content-Length 5 5': post('hello', 'Content-Length: 5 5'),
    'Content-Length 5,5': post('hello', 'Content-Length: 5,5'),
    'Content-Length 5, 6': post('hello', 'Content-Length: 5, 6'),
    'Content-Length empty': post('', 'Content-Length:'),
    'Content-Length of letters': post('', 'Content-Length: five'),
    'Content-Length of a high digit': post('', 'Content-Length: \xb2'),
    'Content-Length in quotes': post('hello', 'Content-Length: "5"'),
    'two equal Content-Lengths': post('hello', 'Content-Length: 5', 'Content-Length: 5'),
    'two Content-Lengths': post('hello', 'Content-Length: 5', 'content-length: 6'),
    'two Content-Lengths, one empty': post('hello', 'Content-Length: 5', 'Content-Length:'),
    'Content-Length then Transfer-Encoding': post(
      '0\r\n\r\n',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ),
    'Transfer-Encoding then Content-Length': post(
      '0\r\n\r\n',
      'Transfer-Encoding: chunked',
      'Content-Length: 5',
    ),
    'Transfer-Encoding with Content-Length 0': post(
      '0\r\n\r\n',
      'Transfer-Encoding: chunked',
      'Content-Length: 0',
    ),
    'an empty Transfer-Encoding with Content-Length': post('', 'Transfer-Encoding:', 'Content-Length: 0'),
    'Transfer-Encoding identity with Content-Length': post(
      '',
      'Transfer-Encoding: identity',
      'Content-Length: 0',
    ),
    'Transfer-Encoding in 1.0': 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'an empty Transfer-Encoding': post('', 'Transfer-Encoding:'),
    'Transfer-Encoding gzip': post('', 'Transfer-Encoding: gzip'),
    'Transfer-Encoding identity': post('', 'Transfer-Encoding: identity'),
    'Transfer-Encoding chunked, gzip': post('', 'Transfer-Encoding: chunked, gzip'),
    'Transfer-Encoding chunked, then a line of gzip': post(
      '',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip',
    ),
    'Transfer-Encoding chunked, chunked': post('', 'Transfer-Encoding: chunked, chunked'),
    'two lines of chunked': post('', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    'Transfer-Encoding chunked, gzip, chunked': post('', 'Transfer-Encoding: chunked, gzip, chunked'),
    'Transfer-Encoding "chunked"': post('', 'Transfer-Encoding: "chunked"'),
    'Transfer-Encoding chunked;q=1': post('', 'Transfer-Encoding: chunked;q=1'),
    'Transfer-Encoding xchunked': post('', 'Transfer-Encoding: xchunked'),
    'Transfer-Encoding chunkedx': post('', 'Transfer-Encoding: chunkedx'),
    'Transfer-Encoding chunk': post('', 'Transfer-Encoding: chunk'),
    'Transfer-Encoding with a space in it': post('', 'Transfer-Encoding: chu nked'),
    'Transfer-Encoding chunked foo': post('', 'Transfer-Encoding: chunked foo'),
    'Transfer-Encoding with a vertical tab': post('', 'Transfer-Encoding: \vchunked'),
    'Transfer-Encoding with a high space': post('', 'Transfer-Encoding: \xa0chunked'),
    'Transfer-Encoding with a semicolon': post('', 'Transfer-Encoding: chunked;'),
  }),
  ...refused(501, {
    'Transfer-Encoding gzip, chunked': post('', 'Transfer-Encoding: gzip, chunked'),
    'Transfer-Encoding identity, chunked': post('', 'Transfer-Encoding: identity, chunked'),
    'a line of gzip, then of chunked': post('', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'),
    'Transfer-Encoding gzip;q=1, chunked': post('', 'Transfer-Encoding: gzip;q=1, chunked'),
  }),
];

const semantics: Case[] = [
  head('1.1 keeps the connection', get(), { keepAlive: true }),
  head('close', get('Connection: close'), { keepAlive: false }),
  head('close in a list', get('Connection: foo ,\tCLOSE, bar'), { keepAlive: false }),
  head('close in a second line', get('Connection: foo', 'Connection: close'), { keepAlive: false }),
  head('close and keep-alive', get('Connection: keep-alive, close'), { keepAlive: false }),
  head('closed is not close', get('Connection: closed'), { keepAlive: true }),
  head('keep-alive in 1.0', 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n', { keepAlive: true }),
  head('other options in 1.0', 'GET / HTTP/1.0\r\nConnection: foo\r\n\r\n', { keepAlive: false }),
  head('Proxy-Connection is nothing', get('Proxy-Connection: close'), { keepAlive: true }),
  server('100-continue', post('hi', 'Content-Length: 2', 'Expect: 100-Continue'), {
    bodies: ['hi'],
    head: { expectContinue: true },
  }),
  server(
    '100-continue with chunks',
    post('0\r\n\r\n', 'Transfer-Encoding: chunked', 'Expect: 100-continue'),
    {
      bodies: [''],
      head: { expectContinue: true },
    },
  ),
  head('100-continue without a body', get('Expect: 100-continue'), { expectContinue: false }),
  head('100-continue with Content-Length 0', post('', 'Content-Length: 0', 'Expect: 100-continue'), {
    expectContinue: false,
  }),
  server('100-continue in 1.0', 'POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi', {
    bodies: ['hi'],
    head: { expectContinue: false },
  }),
  head('any expectation in 1.0', 'GET / HTTP/1.0\r\nExpect: tea\r\n\r\n', { expectContinue: false }),
  head('an empty expectation', get('Expect:'), { expectContinue: false }),
  ...refused(417, {
    'another expectation': get('Expect: tea'),
    'another expectation beside': get('Expect: 100-continue, tea'),
    'another expectation in a second line': get('Expect: 100-continue', 'Expect: tea'),
    'an expectation with a parameter': get('Expect: 100-continue;a=b'),
  }),
  head('an upgrade', get('Connection: Upgrade', 'Upgrade: websocket'), {
    upgrade: 'websocket',
    keepAlive: true,
  }),
  head('an upgrade of several', get('Connection: upgrade', 'Upgrade: a/1,, b', 'Upgrade: c'), {
    upgrade: 'a/1, b, c',
  }),
  head('an upgrade without Connection', get('Upgrade: websocket'), { upgrade: null }),
  head('an upgrade in 1.0', 'GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', {
    upgrade: null,
  }),
  head('h2c is ignored', get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'), { upgrade: null }),
  head('h2c is left out', get('Connection: Upgrade', 'Upgrade: H2C, websocket'), { upgrade: 'websocket' }),
  head('no upgrade', get('Connection: upgrade'), { upgrade: null }),
  server('two requests', `${get()}${post('hi', 'Content-Length: 2')}`, { bodies: ['', 'hi'] }),
  server(
    'three requests with empty lines between',
    `${get()}\r\n${chunks('1\r\na\r\n0\r\n\r\n')}\r\n\r\n${get()}`,
    {
      bodies: ['', 'a', ''],
    },
  ),
  server('a request after close is not read', `${get('Connection: close')}${get()}`, {
    bodies: [''],
    rest: get(),
  }),
  server('a request, then a bad one', `${get()}GET\r\n`, { bodies: [''], status: 400 }),
  server('nothing', '', { bodies: [], closed: true, state: 'closed' }, { eof: true }),
  server('empty lines only', '\r\n\r\n', { bodies: [], closed: true }, { eof: true }),
  server('an end after a request', get(), { bodies: [''], closed: true, state: 'closed' }, { eof: true }),
  server('an end in a method', 'GE', { bodies: [], status: 400 }, { eof: true }),
  server('an end in a field', 'GET / HTTP/1.1\r\nHo', { bodies: [], status: 400 }, { eof: true }),
  server(
    'an end before the last LF',
    'GET / HTTP/1.1\r\nHost: a\r\n\r',
    { bodies: [], status: 400 },
    { eof: true },
  ),
  server(
    'an end in a body',
    post('hell', 'Content-Length: 5'),
    { bodies: [], partial: 'hell', status: 400 },
    { eof: true },
  ),
  server(
    'an end in a chunk',
    chunks('5\r\nhell'),
    { bodies: [], partial: 'hell', status: 400 },
    { eof: true },
  ),
  server(
    'an end after a chunk',
    chunks('5\r\nhello\r\n'),
    { bodies: [], partial: 'hello', status: 400 },
    { eof: true },
  ),
  server(
    'an end in a size line',
    chunks('5\r\nhello\r\n0'),
    { bodies: [], partial: 'hello', status: 400 },
    { eof: true },
  ),
  server(
    'an end in trailers',
    chunks('0\r\nA: b\r\n'),
    { bodies: [], partial: '', status: 400 },
    { eof: true },
  ),
  server(
    'an end before the last CRLF',
    chunks('0\r\n'),
    { bodies: [], partial: '', status: 400 },
    { eof: true },
  ),
];

const chunked: Case[] = [
  ...chunkBody({
    'one chunk': ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
    'two chunks': ['5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n', 'hello world'],
    'no chunk': ['0\r\n\r\n', ''],
    'many zeros': ['0000000000000000\r\n\r\n', ''],
    'sixteen digits': ['0000000000000001\r\na\r\n0\r\n\r\n', 'a'],
    'leading zeros': ['005\r\nhello\r\n00\r\n\r\n', 'hello'],
    'upper and lower case': [`aB\r\n${x(0xab)}\r\nAb\r\n${x(0xab)}\r\n0\r\n\r\n`, x(2 * 0xab)],
    'every digit': [
      `${[...'123456789abcdefABCDEF'].map((d) => `${d}\r\n${x(Number.parseInt(d, 16))}\r\n`).join('')}0\r\n\r\n`,
      x(195),
    ],
    'a chunk of CRLFs': ['4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n'],
    'a chunk that looks like the end': ['5\r\n0\r\n\r\n\r\n0\r\n\r\n', '0\r\n\r\n'],
    'an extension': ['1;a\r\nx\r\n0\r\n\r\n', 'x'],
    'an extension with a value': ['1;a=b\r\nx\r\n0;c=d\r\n\r\n', 'x'],
    'an extension with a quoted value': ['1;a="b;\tc"\r\nx\r\n0\r\n\r\n', 'x'],
    'an extension with a high byte': ['1;a=\xff\r\nx\r\n0\r\n\r\n', 'x'],
    'spaces before an extension': ['1 \t;a\r\nx\r\n0\r\n\r\n', 'x'],
    'a tab before an extension': ['1\t;a\r\nx\r\n0\r\n\r\n', 'x'],
    'CRLF inside of a chunk where a wrong size would end': [
      `14\r\n${x(12)}\r\n${x(6)}\r\n0\r\n\r\n`,
      `${x(12)}\r\n${x(6)}`,
    ],
    'spaces after a semicolon': ['1; a = b \r\nx\r\n0\r\n\r\n', 'x'],
    'empty extensions': ['1;;;  ;\r\nx\r\n0\r\n\r\n', 'x'],
    'a size line of 4 KiB': [`1;${x(4092)}\r\nx\r\n0\r\n\r\n`, 'x'],
    'extensions of 16 KiB': [`${x(15, `1;${x(1023)}\r\nx\r\n`)}0;${x(1023)}\r\n\r\n`, x(15)],
    'extensions past 16 KiB paid by the payload': [
      `${x(20, `400;${x(1023)}\r\n${x(1024)}\r\n`)}0\r\n\r\n`,
      x(20480),
    ],
    'a trailer': ['0\r\nX-A: b\r\n\r\n', '', ['x-a', 'b']],
    'trailers in order, repeated': [
      '1\r\nx\r\n0\r\nA: 1\r\nb:2\r\nA: 3\r\n\r\n',
      'x',
      ['a', '1', 'b', '2', 'a', '3'],
    ],
    'a trailer of high bytes': ['0\r\nA: \x80\xff\r\n\r\n', '', ['a', '\x80\xff']],
    'Expires and Date': ['0\r\nExpires: 0\r\nDate: 0\r\n\r\n', '', ['expires', '0', 'date', '0']],
    ...Object.fromEntries(
      [
        [
          'Content-Length',
          'Transfer-Encoding',
          'Host',
          'Connection',
          'Trailer',
          'TE',
          'Upgrade',
          'Keep-Alive',
        ],
        [
          'Authorization',
          'Cookie',
          'Set-Cookie',
          'WWW-Authenticate',
          'Proxy-Authenticate',
          'Proxy-Authorization',
        ],
        [
          'Content-Type',
          'Content-Encoding',
          'Content-Range',
          'Cache-Control',
          'Expect',
          'Max-Forwards',
          'Pragma',
        ],
        [
          'Range',
          'If-Match',
          'If-None-Match',
          'If-Range',
          'Age',
          'Location',
          'Retry-After',
          'Vary',
          'Warning',
        ],
      ]
        .flat()
        .map((name) => [
          `${name} is dropped`,
          [`0\r\nA: 1\r\n${name}: 1\r\nB: 2\r\n\r\n`, '', ['a', '1', 'b', '2']] as [string, string, string[]],
        ]),
    ),
    'only forbidden trailers': ['0\r\nContent-Length: 5\r\n\r\n', ''],
  }),
  ...chunkFault(400, {
    'no size': ['\r\nhello\r\n0\r\n\r\n'],
    'two empty lines': ['\r\n\r\n'],
    'a letter': ['g\r\n'],
    'a letter after a digit': ['1g\r\n'],
    'a minus': ['-1\r\n'],
    'a plus': ['+1\r\n'],
    'an x': ['0x1\r\nx\r\n0\r\n\r\n'],
    'an underscore': ['1_0\r\n'],
    'a dot': ['1.0\r\n'],
    'a comma': ['1,\r\n'],
    'seventeen digits': ['00000000000000001\r\nx\r\n0\r\n\r\n'],
    'a space before': [' 1\r\nx\r\n0\r\n\r\n'],
    'a space after': ['1 \r\nx\r\n0\r\n\r\n'],
    'a tab after': ['1\t\r\nx\r\n0\r\n\r\n'],
    'spaces after': [`1${x(100, ' ')}\r\nx\r\n0\r\n\r\n`],
    'a space between digits': ['1 0\r\n'],
    'text after a space': ['1 a\r\nx\r\n0\r\n\r\n'],
    'a space after the last size': ['0 \r\n\r\n'],
    'a bare LF after a size': ['1\nx\r\n0\r\n\r\n'],
    'a bare CR after a size': ['1\rx\r\n0\r\n\r\n'],
    'two CRs after a size': ['1\r\r\nx\r\n0\r\n\r\n'],
    'a bare LF in an extension': ['1;a\nb\r\nx\r\n0\r\n\r\n'],
    'a bare CR in an extension': ['1;a\rb\r\nx\r\n0\r\n\r\n'],
    'NUL in an extension': ['1;a\0\r\nx\r\n0\r\n\r\n'],
    'DEL in an extension': ['1;a\x7f\r\nx\r\n0\r\n\r\n'],
    'a control in an extension': ['1;\x01\r\nx\r\n0\r\n\r\n'],
    'NUL after a size': ['1\0\r\n'],
    'a chunk longer than its size': ['5\r\nhello!\r\n0\r\n\r\n', 'hello'],
    'a chunk shorter than its size': ['6\r\nhello\r\n0\r\n\r\n', 'hello\r'],
    'a bare LF after a chunk': ['5\r\nhello\n0\r\n\r\n', 'hello'],
    'a bare CR after a chunk': ['5\r\nhello\r0\r\n\r\n', 'hello'],
    'a chunk without CRLF': ['5\r\nhello0\r\n\r\n', 'hello'],
    'a long chunk longer than its size': [`14\r\n${x(20)}!\n0\r\n\r\n`, x(20)],
    'a bare CR after a long chunk': [`14\r\n${x(20)}\r!0\r\n\r\n`, x(20)],
    'a bare CR before a long chunk': [`14\r!${x(20)}\r\n0\r\n\r\n`],
    'a bare LF before a long chunk': [`14!\n${x(20)}\r\n0\r\n\r\n`],
    'a good chunk before a bad one': ['5\r\nhello\r\nz\r\n', 'hello'],
    'no last chunk': ['5\r\nhello\r\n\r\n', 'hello'],
    'a bare LF at the end': ['0\r\n\n'],
    'a bare CR at the end': ['0\r\n\rX'],
    'a bare LF after the last size': ['0\n\r\n'],
    'a trailer without a colon': ['0\r\nA\r\n\r\n'],
    'a trailer with a space before its colon': ['0\r\nA : b\r\n\r\n'],
    'NUL in a trailer': ['0\r\nA: \0\r\n\r\n'],
    'a bare LF in a trailer': ['0\r\nA: b\nC: d\r\n\r\n'],
    'a bare CR in a trailer': ['0\r\nA: b\rC: d\r\n\r\n'],
    'a space before the first trailer': ['0\r\n A: b\r\n\r\n'],
    'a next request in place of the end': ['0\r\nGET / HTTP/1.1\r\n\r\n'],
  }),
  ...chunkFault(413, {
    'a size of 2^53': ['20000000000000\r\n'],
    'a size of 2^64 - 1': ['ffffffffffffffff\r\n'],
    'a size past 2^64': ['f0000000000000003\r\n'],
    'a size line past 4 KiB': [`1;${x(4093)}\r\nx\r\n0\r\n\r\n`],
    'a size line past 4 KiB by spaces': [`1${x(4093, ' ')};\r\nx\r\n0\r\n\r\n`],
    'a size line without an end': [`1;${x(5000)}`],
    'extensions past 16 KiB': [`${x(16, `1;${x(1024)}\r\nx\r\n`)}0\r\n\r\n`, x(15)],
  }),
  ...chunkFault(431, {
    'a trailer past 8 KiB': [`0\r\nA: ${x(8192)}`],
    'too many trailers': [`0\r\n${x(129, 'a:b\r\n')}\r\n`],
  }),
  server('chunked: the largest size', chunks('1fffffffffffff\r\na'), { bodies: [], partial: 'a' }),
  server('chunked: trailers of 8 KiB', chunks(`0\r\nA: ${x(8192 - 7)}\r\n\r\n`), {
    bodies: [''],
    trailers: ['a', x(8192 - 7)],
  }),
  server(
    'chunked: a limit of no trailers takes a body without them',
    chunks('1\r\na\r\n0\r\n\r\n'),
    { bodies: ['a'] },
    { limits: { maxTrailerBytes: 0 } },
  ),
  server('chunked: 128 trailers', chunks(`0\r\n${x(128, 'a:b\r\n')}\r\n`), { bodies: [''] }),
  server('chunked: obs-fold in a request trailer', chunks('0\r\nA: b\r\n c\r\n\r\n'), {
    bodies: [],
    partial: '',
    status: 400,
  }),
  client(
    'chunked: obs-fold in a response trailer',
    ok('0\r\nA: b\r\n c\r\n\r\n', 'Transfer-Encoding: chunked'),
    {
      bodies: [''],
      trailers: ['a', 'b c'],
    },
  ),
  head('chunked: its framing', chunks('0\r\n\r\n'), { framing: { kind: 'chunked', length: undefined } }),
];

const SIZE = get().length;
const limits: Case[] = [
  head('a head of the largest size', get(`A: ${x(16384 - SIZE - 5)}`), {}),
  head('empty lines do not count', `\r\n\r\n${get(`A: ${x(16384 - SIZE - 5)}`)}`, {}),
  head('128 fields', get(...Array(127).fill('a: b')), {}),
  head('a smaller limit', get(), {}, { limits: { maxHeaderBytes: SIZE } }),
  ...refused(431, {
    'a head one byte too large': get(`A: ${x(16384 - SIZE - 4)}`),
    'a value without an end': `GET / HTTP/1.1\r\nHost: a\r\nA: ${x(20000)}`,
    'a name without an end': `GET / HTTP/1.1\r\nHost: a\r\n${x(20000)}`,
    'spaces without an end': `GET / HTTP/1.1\r\nHost: a\r\nA:${x(20000, ' ')}`,
    '129 fields': get(...Array(128).fill('a: b')),
    '129 fields without an end': `GET / HTTP/1.1\r\n${x(129, 'a: b\r\n')}`,
  }),
  ...refused(431, { 'a smaller limit': get() }, { limits: { maxHeaderBytes: SIZE - 1 } }),
  ...refused(431, { 'a smaller count': get('A: b') }, { limits: { maxHeaderCount: 1 } }),
  ...refused(414, {
    'a target without an end': `GET /${x(20000)}`,
    'a target too long': target(`GET /${x(16384)}`),
    'a version past the limit': `GET /${x(16384 - 5)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  }),
  ...refused(501, { 'a method without an end': x(20000, 'A') }),
  server(
    'a smaller trailer limit',
    chunks('0\r\nA: b\r\n\r\n'),
    { bodies: [], partial: '', status: 431 },
    { limits: { maxTrailerBytes: 7 } },
  ),
  server(
    'a smaller line limit',
    chunks('1;a\r\nx\r\n0\r\n\r\n'),
    { bodies: [], partial: '', status: 413 },
    { limits: { maxChunkLineBytes: 4 } },
  ),
  server(
    'a smaller extension limit',
    chunks('1;a\r\nx\r\n0;abc\r\n\r\n'),
    { bodies: [], partial: 'x', status: 413 },
    { limits: { maxChunkExtensionBytes: 4 } },
  ),
  server(
    'an extension limit that just holds',
    chunks('1;a\r\nx\r\n0;ab\r\n\r\n'),
    { bodies: ['x'] },
    { limits: { maxChunkExtensionBytes: 4 } },
  ),
];

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const statusLines: Case[] = [
  reply('a status line', ok('', 'Content-Length: 0'), {
    status: 200,
    reason: 'OK',
    version: '1.1',
    headers: ['content-length', '0'],
    keepAlive: true,
    upgrade: null,
  }),
  reply('no reason', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', { status: 200, reason: '' }),
  reply('no space after the status', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', {
    status: 200,
    reason: '',
  }),
  reply('a reason of anything', 'HTTP/1.1 404 \t Not  F\xf6und\t\r\nContent-Length: 0\r\n\r\n', {
    reason: '\t Not  F\xf6und\t',
  }),
  reply('the lowest status', 'HTTP/1.1 200 A\r\nContent-Length: 0\r\n\r\n', { status: 200 }),
  reply('the highest status', 'HTTP/1.1 999 A\r\nContent-Length: 0\r\n\r\n', { status: 999 }),
  reply('an empty line before', `\r\n${ok('', 'Content-Length: 0')}`, { status: 200 }),
  reply('obs-fold becomes a space', ok('', 'Content-Length: 0', 'A: b', '\t c', '  d '), {
    headers: ['content-length', '0', 'a', 'b c d'],
  }),
  reply('obs-fold after nothing', ok('', 'Content-Length: 0', 'A:', ' b'), {
    headers: ['content-length', '0', 'a', 'b'],
  }),
  reply('obs-fold of nothing', ok('', 'Content-Length: 0', 'A: b', '  '), {
    headers: ['content-length', '0', 'a', 'b'],
  }),
  reply('obs-fold keeps a high space', ok('', 'Content-Length: 0', 'A: b', ' \xa0'), {
    headers: ['content-length', '0', 'a', 'b \xa0'],
  }),
  ...broken({
    'five empty lines before': `${x(5, '\r\n')}${ok('')}`,
    'HTTP/0.9': 'hello',
    'HTTP/0.9 that begins like a version': 'HTTX',
    'HTTP/2.0': 'HTTP/2.0 200 OK\r\n\r\n',
    'HTTP/1.2': 'HTTP/1.2 200 OK\r\n\r\n',
    'a lower-case version': 'http/1.1 200 OK\r\n\r\n',
    'a short version': 'HTTP/1 200 OK\r\n\r\n',
    ICY: 'ICY 200 OK\r\n\r\n',
    'a long version': 'HTTP/1.1.1 200 OK\r\n\r\n',
    'a tab after the version': 'HTTP/1.1\t200 OK\r\n\r\n',
    'two spaces after the version': 'HTTP/1.1  200 OK\r\n\r\n',
    'no status': 'HTTP/1.1 \r\n\r\n',
    'no space after the version': 'HTTP/1.1\r\n\r\n',
    'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
    'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
    'a status of letters': 'HTTP/1.1 2xx OK\r\n\r\n',
    'a negative status': 'HTTP/1.1 -20 OK\r\n\r\n',
    'status 000': 'HTTP/1.1 000 OK\r\n\r\n',
    'status 099': 'HTTP/1.1 099 OK\r\n\r\n',
    'a tab after the status': 'HTTP/1.1 200\tOK\r\n\r\n',
    'a bare LF after the status line': 'HTTP/1.1 200 OK\n\r\n',
    'a bare LF after the status': 'HTTP/1.1 200\n\r\n',
    'a tab in place of a CR after the status': 'HTTP/1.1 200\t\n\r\n',
    'a bare CR after the status line': 'HTTP/1.1 200 OK\rA: b\r\n\r\n',
    'a bare CR after the status': 'HTTP/1.1 200\rA: b\r\n\r\n',
    'NUL in a reason': 'HTTP/1.1 200 \0\r\n\r\n',
    'DEL in a reason': 'HTTP/1.1 200 \x7f\r\n\r\n',
    'a space before the first field': 'HTTP/1.1 200 OK\r\n A: b\r\n\r\n',
    'a space before the colon': ok('', 'A : b'),
    'NUL in a value': ok('', 'A: \0'),
    'a bare LF in a value': ok('', 'A: b\nC: d'),
    'a bare CR in a value': ok('', 'A: b\rC: d'),
    'an empty name': ok('', ': b'),
    'obs-fold with a bad byte': ok('', 'A: b', ' \x01'),
    'a head past its limit': ok('', `A: ${x(20000)}`),
    'a reason past its limit': `HTTP/1.1 200 ${x(20000)}`,
    'too many fields': ok('', ...Array(129).fill('a: b')),
    'Content-Length with a sign': ok('', 'Content-Length: +8'),
    'Content-Length of a list': ok('abc', 'Content-Length: 3, 3'),
    'two equal Content-Lengths': ok('abc', 'Content-Length: 3', 'Content-Length: 3'),
    'Content-Length of 2^53': ok('', 'Content-Length: 9007199254740992'),
    'an empty Content-Length': ok('', 'Content-Length:'),
    'Content-Length folded': ok('', 'Content-Length: 1', ' 2'),
    'Transfer-Encoding with Content-Length': ok(
      '0\r\n\r\n',
      'Transfer-Encoding: chunked',
      'Content-Length: 3',
    ),
    'Content-Length with Transfer-Encoding': ok(
      '0\r\n\r\n',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
    ),
    'gzip with Content-Length': ok('', 'Transfer-Encoding: gzip', 'Content-Length: 3'),
    'Transfer-Encoding in 1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'Transfer-Encoding gzip in 1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'Transfer-Encoding gzip, chunked': ok('0\r\n\r\n', 'Transfer-Encoding: gzip, chunked'),
    'Transfer-Encoding chunked, chunked': ok('0\r\n\r\n', 'Transfer-Encoding: chunked, chunked'),
    'Transfer-Encoding "chunked"': ok('0\r\n\r\n', 'Transfer-Encoding: "chunked"'),
    'Transfer-Encoding chunked;a=b': ok('0\r\n\r\n', 'Transfer-Encoding: chunked;a=b'),
    'a 101 that nobody asked for':
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n',
    'a 204 with two Content-Lengths': 'HTTP/1.1 204 A\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
  }),
  ...broken({ 'an end before a head': '', 'an end in a head': 'HTTP/1.1 200' }, { eof: true }),
  client(
    'error: an end after an interim response',
    CONTINUE,
    { bodies: [], interim: [100], status: null },
    { eof: true },
  ),
];

const HEAD = { request: { method: 'HEAD' } };
const responses: Case[] = [
  reply(
    'Content-Length',
    ok('hello', 'Content-Length: 5'),
    { framing: { kind: 'length', length: 5 } },
    'hello',
  ),
  reply('chunks', ok('5\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'), { keepAlive: true }, 'hello'),
  reply(
    'until close',
    ok('hello'),
    { framing: { kind: 'close', length: undefined }, keepAlive: false },
    'hello',
    { eof: true },
  ),
  reply('until close, empty', ok(''), { keepAlive: false }, '', { eof: true }),
  reply('until close in 1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', { version: '1.0' }, 'hello', { eof: true }),
  ...['gzip', 'chunked, gzip', 'identity', 'chunkedchunked', 'yolo', 'gzip;a=b', ''].map((coding) =>
    reply(
      `Transfer-Encoding ${coding || 'of nothing'} runs until close`,
      ok('2\r\nab', `Transfer-Encoding: ${coding}`),
      { keepAlive: false },
      '2\r\nab',
      { eof: true },
    ),
  ),
  reply(
    'a HEAD with Content-Length',
    ok('', 'Content-Length: 5'),
    { framing: { kind: 'none', length: 0 }, keepAlive: true },
    '',
    HEAD,
  ),
  reply('a HEAD with chunks', ok('', 'Transfer-Encoding: chunked'), { keepAlive: true }, '', HEAD),
  reply('a HEAD with nothing', ok(''), { keepAlive: true }, '', HEAD),
  reply('a HEAD with gzip, chunked', ok('', 'Transfer-Encoding: gzip, chunked'), {}, '', HEAD),
  reply('a 204', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, keepAlive: true }),
  reply('a 204 with Content-Length', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', { status: 204 }),
  reply('a 304 with Content-Length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', {
    status: 304,
  }),
  reply('a 304 with chunks', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', {
    status: 304,
  }),
  reply('a 205 has a body', 'HTTP/1.1 205 A\r\nContent-Length: 1\r\n\r\na', { status: 205 }, 'a'),
  reply('close', ok('', 'Content-Length: 0', 'Connection: close'), { keepAlive: false }),
  reply('1.0 closes', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { keepAlive: false }),
  reply('1.0 with keep-alive', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n', {
    keepAlive: true,
  }),
  reply(
    '1.0 with keep-alive until close',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\na',
    { keepAlive: false },
    'a',
    { eof: true },
  ),
  client(
    'interim responses',
    `${CONTINUE}HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${ok('a', 'Content-Length: 1')}`,
    {
      bodies: ['a'],
      interim: [100, 103],
      head: { status: 200 },
    },
  ),
  client('an empty line after an interim response', `${CONTINUE}\r\n${ok('', 'Content-Length: 0')}`, {
    bodies: [''],
    interim: [100],
  }),
  client(
    'an interim response with Content-Length has no body',
    `HTTP/1.1 102 A\r\nContent-Length: 5\r\n\r\n${ok('', 'Content-Length: 0')}`,
    { bodies: [''], interim: [102] },
  ),
  client('sixteen interim responses', `${x(16, CONTINUE)}${ok('', 'Content-Length: 0')}`, {
    bodies: [''],
    interim: Array(16).fill(100),
  }),
  client('error: seventeen interim responses', `${x(17, CONTINUE)}${ok('', 'Content-Length: 0')}`, {
    bodies: [],
    interim: Array(16).fill(100),
    status: null,
  }),
  client(
    'error: a smaller limit of interim responses',
    `${CONTINUE}${CONTINUE}`,
    { bodies: [], interim: [100], status: null },
    { limits: { maxInformational: 1 } },
  ),
  client(
    'a 101 hands over',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: a\r\nContent-Length: 3\r\n\r\n\x00\x01',
    {
      bodies: [''],
      state: 'switched',
      rest: '\x00\x01',
      head: { status: 101, upgrade: 'a', keepAlive: false, framing: { kind: 'tunnel', length: 0 } },
    },
    { request: { method: 'GET', upgrade: true } },
  ),
  client(
    'a 200 to an upgrade',
    ok('a', 'Content-Length: 1', 'Connection: upgrade', 'Upgrade: a'),
    { bodies: ['a'], head: { upgrade: null } },
    { request: { method: 'GET', upgrade: true } },
  ),
  client(
    'a CONNECT hands over',
    ok('\r\nabc'),
    { bodies: [''], state: 'switched', rest: '\r\nabc' },
    { request: { method: 'CONNECT' } },
  ),
  client(
    'a CONNECT hands over whatever the lengths',
    ok('5', 'Content-Length: +1', 'Transfer-Encoding: gzip, chunked'),
    { bodies: [''], state: 'switched', rest: '5' },
    { request: { method: 'CONNECT' } },
  ),
  client(
    'a CONNECT with a 299',
    'HTTP/1.1 299 A\r\n\r\n',
    { bodies: [''], state: 'switched' },
    { request: { method: 'CONNECT' } },
  ),
  client(
    'a CONNECT refused',
    'HTTP/1.1 407 A\r\nContent-Length: 1\r\n\r\na',
    { bodies: ['a'], state: 'done' },
    { request: { method: 'CONNECT' } },
  ),
  client(
    'a CONNECT redirected',
    'HTTP/1.1 300 A\r\nContent-Length: 1\r\n\r\na',
    { bodies: ['a'], state: 'done' },
    { request: { method: 'CONNECT' } },
  ),
  client(
    'bytes after the end are no response',
    `${ok('', 'Content-Length: 0')}${ok('', 'Content-Length: 0')}`,
    {
      bodies: [''],
      rest: ok('', 'Content-Length: 0'),
    },
  ),
  client(
    'error: an end in a body',
    ok('hell', 'Content-Length: 5'),
    { bodies: [], partial: 'hell', status: 400 },
    { eof: true },
  ),
  client(
    'error: an end in a chunk',
    ok('5\r\nhell', 'Transfer-Encoding: chunked'),
    { bodies: [], partial: 'hell', status: 400 },
    { eof: true },
  ),
  client(
    'an end after a response',
    ok('', 'Content-Length: 0'),
    { bodies: [''], closed: true },
    { eof: true },
  ),
];

export const CASES: Case[] = [
  ...requestLines,
  ...hosts,
  ...fields,
  ...lengths,
  ...semantics,
  ...chunked,
  ...limits,
  ...statusLines,
  ...responses,
];
