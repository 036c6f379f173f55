// Fuzzes the HTTP/1.1 codec with inputs from a grammar and mutations of them.
//   node bench/fuzz/http1.mjs [--runs 100000] [--seed 1]
// A run is one execution of a codec over one input. Laws: no crash, the outcome does not depend on how the input was cut, offsets and the order of events
// (checked by spec/http1/outcome.ts), an error never looks finished, an independent chunked decoder agrees, and no input takes long.
import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/load-sources.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const RUNS = Number(values.runs);
const http1 = await loadSources('lib/http1/mod.ts', 'spec/http1/outcome.ts');
const { run, toBytes, ChunkedDecoder, ChunkedEncoder, Http1Connection, parseRequestHead, parseResponseHead } =
  http1;

/** xorshift32 */
let state = (Number(values.seed) * 2654435761) >>> 0 || 1;
function random(n) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % n;
}
const pick = (list) => list[random(list.length)];
const maybe = (chance, make) => (random(100) < chance ? make() : '');

const METHODS = ['GET', 'POST', 'HEAD', 'CONNECT', 'OPTIONS', 'PUT', 'M-SEARCH', 'get', 'G\tT', ''];
const TARGETS = [
  '/',
  '/a?b',
  '*',
  'http://a/',
  'http://u@a/',
  'a:80',
  '/\x00',
  '//',
  'http://[::1]:80/x',
  '',
  '/#f',
  '/\xe9',
];
/** Lines that the lists above rarely make. */
const LINES = [
  'A'.repeat(200),
  `GET /${'a'.repeat(200)}`,
  '\r\n\r\n\r\n\r\n\r\nGET /',
  'CONNECT a:80',
  'CONNECT a:0',
  'CONNECT a',
  'CONNECT [v1.a]:1',
  'CONNECT [1:2:3:4:5:6:7:8]:443',
  'CONNECT [1:2]:443',
  'OPTIONS *',
  'GET *',
  'GET http://a?b',
  'GET http://a:99999/',
  'GET http://[::1.2.3.4]/',
  'GET http://[::1::]/',
  'GET http://[v.]/',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/1.2',
  'http/1.1',
  'HTTP/1.',
  'HTTP/0.9',
];
const FIELDS = [
  'Host: a',
  'Host: a:80',
  'Host:',
  'Host: [::1]',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: 12',
  'Content-Length: +5',
  'Content-Length: 5, 5',
  'Content-Length: 9007199254740992',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: upgrade',
  'Upgrade: websocket, h2c',
  'Connection: upgrade\r\nUpgrade: websocket, h2c',
  'Upgrade: h2c\r\nConnection: Upgrade',
  'Expect: 100-continue',
  'Expect: tea',
  'X: y',
  'X:\ty\x80 ',
  'X : y',
  ' folded',
  '\tfolded ',
  'X',
  ': y',
  'X: \x00',
];
const EXTENSIONS = ['', '', '', '', '', ';a', ';a=b', ' ;a', '; a="b"', ' ', ';', ';\x7f', ';a\n'];
const EOLS = [
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\r\r\n',
  '',
];
const rare = (list) => (random(12) === 0 ? pick(list) : list[0]);

function chunked() {
  let text = '';
  for (let n = random(5); n > 0; n--) {
    const size = random(400) === 0 ? random(70000) : random(20) + 1;
    const digits = (random(30) === 0 ? random(99) : size)
      .toString(16)
      .padStart(random(8) === 0 ? random(18) : 0, '0');
    text += `${random(2) ? digits : digits.toUpperCase()}${pick(EXTENSIONS)}${rare(EOLS)}${'x'.repeat(size)}${rare(EOLS)}`;
  }
  text += `${rare(['0', '00', '', 'g', '0000000000000000'])}${pick(EXTENSIONS)}${rare(EOLS)}`;
  for (let n = random(3); n > 0; n--)
    text += `${pick(['A: b', 'Content-Length: 3', 'Expires: 0', ' fold', 'B', 'c:d\x01'])}${rare(EOLS)}`;
  return text + rare(EOLS);
}

function fields() {
  let text = random(8) ? `Host: a${rare(EOLS)}` : '';
  for (let n = random(5); n > 0; n--)
    text += `${random(4) ? pick(FIELDS.slice(0, 25)) : pick(FIELDS)}${rare(EOLS)}`;
  return text;
}

function body() {
  return pick([() => '', () => 'hello', () => 'hello world!', chunked, chunked])();
}

function framed() {
  if (random(2)) return `Transfer-Encoding: chunked\r\n\r\n${chunked()}`;
  const length = random(20);
  return `Content-Length: ${length}\r\n\r\n${'y'.repeat(length)}`;
}

function request() {
  const line = `${rare(EOLS.slice(9))}${random(6) ? `${random(6) ? 'GET' : pick(METHODS)} ${random(6) ? '/' : pick(TARGETS)}` : pick(LINES)} ${random(8) ? VERSIONS[0] : pick(VERSIONS)}${rare(EOLS)}`;
  return random(3) ? `${line}Host: a\r\n${framed()}` : `${line}${fields()}\r\n${body()}`;
}

function response() {
  const interim = maybe(
    15,
    () => `HTTP/1.1 ${pick(['100', '103', '101', '199'])} A\r\n${maybe(30, () => 'X: y\r\n')}\r\n`,
  );
  const line = `${random(8) ? VERSIONS[0] : pick(VERSIONS)} ${random(4) ? 200 : pick(['204', '304', '101', '99', '999', '2000', ''])}${rare([' OK', '', ' ', '\tX', ' \x00'])}${rare(EOLS)}`;
  return random(3) ? `${interim}${line}${framed()}` : `${interim}${line}${fields()}\r\n${body()}`;
}

const BYTES = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  ':',
  ';',
  ',',
  '0',
  '1',
  'f',
  'F',
  '-',
  '+',
  '"',
  '\x7f',
  '\x80',
  '\xff',
  'a',
  '/',
  '@',
  '[',
  '%',
  '\x0b',
];
let previous = '';
function mutate(text) {
  for (let n = random(4); n > 0 && text.length > 0; n--) {
    const at = random(text.length);
    const length = random(6);
    const kind = random(6);
    if (kind === 0) text = text.slice(0, at) + text.slice(at + length);
    else if (kind === 1) text = text.slice(0, at) + pick(BYTES) + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + pick(BYTES) + text.slice(at + 1);
    else if (kind === 3) text = text.slice(0, at + length) + text.slice(at);
    else if (kind === 4) text = text.slice(0, at);
    else text = text.slice(0, at) + previous.slice(random(previous.length + 1));
  }
  previous = text.slice(0, 4096);
  return text;
}

function pieces(bytes) {
  const cuts = [];
  const most = [1, 3, 17, bytes.length + 1][random(4)];
  for (let i = 0; i < bytes.length; ) {
    const size = 1 + random(most);
    cuts.push(bytes.subarray(i, i + size));
    i += size;
  }
  return cuts;
}

const LINE = /([0-9a-fA-F]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n/y;
const TRAILERS = /(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n/y;
/** A second decoder, by regular expressions over the whole text: the body and its end, or null. */
function reference(text) {
  let decoded = '';
  for (let at = 0; ; ) {
    LINE.lastIndex = at;
    const line = LINE.exec(text);
    if (line === null) return null;
    const size = Number.parseInt(line[1], 16);
    at = LINE.lastIndex;
    if (size === 0) {
      TRAILERS.lastIndex = at;
      return TRAILERS.test(text) ? { decoded, end: TRAILERS.lastIndex } : null;
    }
    decoded += text.slice(at, at + size);
    at += size;
    if (text.slice(at, at + 2) !== '\r\n') return null;
    at += 2;
  }
}

function decode(text, parts) {
  const decoder = new ChunkedDecoder();
  let decoded = '';
  let base = 0;
  for (const part of parts) {
    const offsets = [];
    const stop = decoder.read(part, 0, part.length, offsets);
    let last = 0;
    for (let i = 0; i < offsets.length; i += 2) {
      if (offsets[i] < last || offsets[i + 1] <= offsets[i] || offsets[i + 1] > stop)
        throw new Error('offsets out of range');
      last = offsets[i + 1];
      decoded += text.slice(base + offsets[i], base + offsets[i + 1]);
    }
    base += stop;
    if (decoder.done || decoder.error) break;
    if (stop !== part.length) throw new Error('stopped early');
  }
  if (decoder.done && decoder.error) throw new Error('an error that looks finished');
  const { done, error, trailers } = decoder;
  decoder.finish();
  if (!done && decoder.error === null) throw new Error('an end that looks finished');
  return {
    decoded,
    done,
    error: error && [error.message, error.offset, error.statusHint],
    trailers,
    end: done ? base : -1,
  };
}

/** What a caller may get for what can't be sent. */
const MISTAKES = new Set(['TypeError', 'RangeError']);

/** A message written by one connection is refused at the call, or read by the other as it was meant. */
function exchange(text, bytes) {
  const client = new Http1Connection({ role: 'client' });
  const server = new Http1Connection({ role: 'server' });
  const bare = [...text]
    .filter((c) => c !== '\r' && c !== '\n')
    .join('')
    .slice(0, 300);
  const value = random(4) ? bare.trim() : text;
  const framing = pick([
    [],
    ['content-length', String(bytes.length)],
    ['transfer-encoding', 'chunked'],
    ['content-length', pick(['x', '3', '9007199254740992'])],
    ['transfer-encoding', pick(['gzip', 'chunked, chunked'])],
  ]);
  const headers = [
    'host',
    random(9) ? 'a' : value,
    random(9) ? 'x' : pick(['', 'A b', 'Y']),
    value,
    ...framing,
  ];
  if (random(30) === 0) headers.pop();
  const version = random(9) ? '1.1' : '1.0';
  const trailers = framing[1] === 'chunked' && random(3) ? { trailers: ['t', value, 'host', 'dropped'] } : {};
  const status = pick([200, 200, 200, 204, 304, 404, 101, 999, 1000]);
  const head =
    random(2) === 0
      ? {
          type: 'request',
          method: random(9) ? pick(METHODS) : bare,
          target: random(9) ? '/' : bare,
          headers,
          version,
        }
      : { type: 'response', status, headers, version, ...(random(3) ? {} : { reason: value }) };
  const [from, to] = head.type === 'request' ? [client, server] : [server, client];
  if (to === client) {
    client.next({ method: 'GET', upgrade: status === 101 });
    server.receive(toBytes('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
  }
  let wire;
  try {
    const interim =
      to === client && random(4) === 0 ? from.send({ type: 'informational', status: 103, headers: [] }) : [];
    const data = [
      from.send(head),
      from.send({ type: 'data', data: bytes }),
      from.send({ type: 'end', ...trailers }),
    ];
    wire = Buffer.concat([...interim, ...data.flat()]);
  } catch (error) {
    if (MISTAKES.has(error.name)) return 1;
    throw error;
  }
  const events = [];
  let body = '';
  for (const piece of pieces(wire))
    for (let at = 0, last = -1; at < piece.length && at !== last; at = to.consumed) {
      last = at;
      for (const event of to.receive(piece, at)) {
        events.push(event.type);
        if (event.type === 'data')
          for (let i = 0; i < event.offsets.length; i += 2)
            body += Buffer.from(piece.subarray(event.offsets[i], event.offsets[i + 1])).toString('latin1');
        if (
          event.type === head.type &&
          event.headers[3] !== value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')
        )
          throw new Error('a value changed');
      }
    }
  for (const event of to.receive(null)) events.push(event.type);
  // What the rules for a whole head refuse (a Host, a version) the writer does not look at.
  if (events.includes('error')) return 1;
  if (to.state !== 'switched' && body !== text) throw new Error(`the body changed: ${events}`);
  return 1;
}

/** The work of one input, in executions; throws when a law is broken. */
function check(kind, text, bytes) {
  if (kind === 'chunked') {
    const whole = decode(text, [bytes]);
    const split = decode(text, pieces(bytes));
    if (JSON.stringify(whole) !== JSON.stringify(split)) throw new Error(`split: ${JSON.stringify(split)}`);
    const expected = reference(text);
    if (whole.done && (expected?.decoded !== whole.decoded || expected.end !== whole.end))
      throw new Error('the reference disagrees');
    if (!whole.done && expected !== null && whole.error?.[2] === 400)
      throw new Error('the reference accepts');
    return 2;
  }
  if (kind === 'round trip') {
    const encoder = new ChunkedEncoder();
    const wire = Buffer.concat([
      ...pieces(bytes).flatMap((piece) => encoder.encode(piece)),
      encoder.end(['a', 'b']),
    ]);
    const decoded = decode(wire.toString('latin1'), pieces(wire));
    if (!decoded.done || decoded.decoded !== text || decoded.end !== wire.length)
      throw new Error('round trip');
    return 1 + exchange(text, bytes);
  }
  if (kind === 'head') {
    for (const parse of [parseRequestHead, (input) => parseResponseHead(input, 'GET')]) {
      try {
        parse(bytes);
      } catch (error) {
        if (error.code !== 'ERR_PROTOCOL') throw error;
      }
    }
    return 2;
  }
  const eof = random(2) === 0;
  const options =
    kind === 'server'
      ? { role: 'server', eof }
      : {
          role: 'client',
          eof,
          request: { method: pick(['GET', 'HEAD', 'CONNECT']), upgrade: random(2) === 0 },
        };
  if (random(4) === 0)
    options.limits = {
      maxHeaderBytes: 20 + random(100),
      maxHeaderCount: 1 + random(4),
      maxTrailerBytes: random(30),
      maxInformational: random(2),
      maxChunkLineBytes: 3 + random(20),
      maxChunkExtensionBytes: random(20),
    };
  const whole = run([bytes], options);
  const split = run(pieces(bytes), options);
  split.reusable = whole.reusable; // a stray byte after a response is seen when it comes
  if (JSON.stringify(whole) !== JSON.stringify(split))
    throw new Error(`split: ${JSON.stringify(split)} whole: ${JSON.stringify(whole)}`);
  if (eof && whole.partial !== null && whole.error === null)
    throw new Error('a truncated message without an error');
  return 2;
}

const KINDS = [
  ['server', () => request() + maybe(30, request)],
  ['client', response],
  ['chunked', chunked],
  ['head', () => pick([request, response])()],
  ['round trip', body],
];
const counts = {};
const start = performance.now();
let done = 0;
let inputs = 0;
let slowest = 0;
while (done < RUNS) {
  const [kind, make] = KINDS[inputs++ % 8 === 7 ? 4 : random(4)];
  const text = mutate(make());
  const bytes = toBytes(text);
  const before = process.cpuUsage();
  try {
    const runs = check(kind, text, bytes);
    done += runs;
    counts[kind] = (counts[kind] ?? 0) + runs;
  } catch (error) {
    console.error(
      `seed ${values.seed}, input ${inputs}, ${kind}: ${error.message}\n${JSON.stringify(text.slice(0, 2000))}`,
    );
    process.exit(1);
  }
  const used = process.cpuUsage(before);
  const took = (used.user + used.system) / 1000; // of the CPU: the machine may be shared
  if (took > slowest) slowest = took;
  if (took > 2000) {
    console.error(`seed ${values.seed}, input ${inputs}, ${kind}: ${took} ms for ${text.length} bytes`);
    process.exit(1);
  }
}
const seconds = (performance.now() - start) / 1000;
console.log(
  JSON.stringify({
    runs: done,
    inputs,
    seed: Number(values.seed),
    seconds: Math.round(seconds),
    perSecond: Math.round(done / seconds),
    slowestMs: Math.round(slowest),
    counts,
  }),
);
