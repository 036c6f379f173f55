// Fuzzes whole HTTP/1.1 connections, served and opened, over transports in memory: messages from a grammar, mutated, cut
// anywhere, ended or reset anywhere, with handlers and readers of every kind.
//   node bench/fuzz/http1-connection.mjs --runs N --seed S
// Checked: nothing is thrown or rejected unhandled; every connection closes and leaves no timer; every source of a body was
// ended, failed or cancelled once, and is not pulled after; what a server writes is HTTP; a body that was cut is never finished:
// a message that came whole and unmutated gives exactly its bytes, and one that was cut before its end gives an error.

import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/load-sources.mjs';
import { chanceOf } from './chance.mjs';
import { StoppedClock } from './stopped-clock.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const { serveConnection, openConnection, respond, body, bodyOf, Http1Connection } = await loadSources(
  'lib/mod.ts',
  'lib/http/mod.ts',
  'lib/http1/mod.ts',
);
const choices = chanceOf(values.seed);
const { below, one, chance } = choices;

/** One end in memory: what it reads is scripted, what it writes is kept. */
class Memory {
  constructor(pieces, end, stalls) {
    this.pieces = pieces;
    this.end = end;
    this.stalls = stalls;
    this.written = [];
    this.blocked = [];
    this.closing = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.closing.catch(() => {});
    this.closed = this.closing;
  }
  read() {
    if (this.dead) throw this.dead;
    const piece = this.pieces.shift();
    if (piece) return chance(0.5) ? piece : Promise.resolve(piece);
    if (this.end === 'eof') return chance(0.5) ? null : Promise.resolve(null);
    if (this.end === 'reset') return Promise.reject(new Error('ECONNRESET'));
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
    });
  }
  /** The peer leaves, after all. */
  leave() {
    this.end = 'eof';
    this.pending?.resolve(null);
    this.pending = undefined;
  }
  write(chunks) {
    if (this.dead) throw this.dead;
    if (this.half) throw new Error('written after close');
    for (const chunk of chunks) this.written.push(Uint8Array.from(chunk));
    if (this.stalls && chance(0.1)) {
      return new Promise((_, reject) => {
        this.blocked.push(reject);
      });
    }
    return chance(0.5) ? undefined : Promise.resolve();
  }
  async close() {
    if (this.dead) throw this.dead;
    this.half = true;
  }
  abort(reason) {
    if (this.dead) return;
    this.dead = reason ?? new Error('closed');
    this.pending?.reject(this.dead);
    for (const reject of this.blocked) reject(this.dead);
    this.resolve();
  }
}

const sources = [];
/** A source that knows when the laws are broken. */
function source(size, fails) {
  const own = { pulls: 0, over: null };
  sources.push(own);
  let left = size;
  const next = () => {
    if (fails && left <= size / 2) {
      own.over ??= 'failed';
      throw new Error('source');
    }
    if (left <= 0) {
      own.over ??= 'ended';
      return null;
    }
    const n = Math.min(left, 1 + below(5000));
    left -= n;
    return new Uint8Array(n).fill(97);
  };
  return {
    pull() {
      if (own.over) broken(`a source that was ${own.over} was pulled`);
      own.pulls++;
      return chance(0.5) ? next() : Promise.resolve().then(() => (own.over ? null : next()));
    },
    cancel() {
      if (own.over === 'cancelled') broken('a source was cancelled twice');
      own.over = 'cancelled';
    },
  };
}

class Broken extends Error {}
let found = null;
const broken = (law) => {
  found ??= new Broken(law);
};
process.on('unhandledRejection', (error) => broken(`unhandled rejection: ${error?.stack ?? error}`));
process.on('uncaughtException', (error) => broken(`uncaught: ${error?.stack ?? error}`));

const text = (n) => 'x'.repeat(n);
const size = () => one([0, 1, 10, 100, 1000, below(20_000)]);
const fields = () =>
  Array.from({ length: below(4) }, () =>
    one([
      'X-A: 1',
      'Cookie: a=b',
      'Trailer: x-t',
      'Connection: close',
      'Connection: keep-alive',
      `X-Long: ${text(below(300))}`,
      'Expect: 100-continue',
      'Upgrade: x',
    ]),
  );
function framed(length) {
  if (chance(0.5)) return { lines: [`Content-Length: ${length}`], data: text(length) };
  let data = '';
  for (let left = length; left > 0; ) {
    const n = Math.min(left, 1 + below(3000));
    data += `${n.toString(16)}${chance(0.1) ? ';ext=1' : ''}\r\n${text(n)}\r\n`;
    left -= n;
  }
  return {
    lines: ['Transfer-Encoding: chunked'],
    data: `${data}0\r\n${chance(0.2) ? 'X-T: 1\r\n' : ''}\r\n`,
  };
}
function request() {
  const length = size();
  const bodied = chance(0.6);
  const { lines, data } = bodied ? framed(length) : { lines: [], data: '' };
  const method = bodied ? one(['POST', 'PUT', 'GET']) : one(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE']);
  const version = chance(0.9) || lines[0]?.startsWith('Tr') ? '1.1' : '1.0';
  const head = [
    `${method} ${one(['/', '/a?b', 'http://h/x', '*'])} HTTP/${version}`,
    'Host: h',
    ...fields(),
    ...lines,
  ];
  return { head: `${head.join('\r\n')}\r\n\r\n`, data, length: bodied ? length : 0, bodied };
}
function response() {
  const length = size();
  const close = chance(0.1);
  const { lines, data } = close ? { lines: [], data: text(length) } : framed(length);
  const interim = chance(0.2) ? 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n' : '';
  const status = chance(0.9) ? '200 OK' : one(['204 No', '304 No', '404 x', '700 x', '101 x', '205 x']);
  const head = [`HTTP/1.1 ${status}`, ...fields(), ...lines].join('\r\n');
  return { text: `${interim}${head}\r\n\r\n${data}`, length, status, close };
}

const ODD = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  ':',
  ';',
  '0\r\n\r\n',
  'Content-Length: 5\r\n',
  'ffffffffffffffff',
  '\x80',
  'HTTP/1.1',
];
function mutate(input) {
  let out = input;
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(out.length + 1);
    const kind = below(4);
    if (kind === 0) out = out.slice(0, at) + one(ODD) + out.slice(at);
    else if (kind === 1) out = out.slice(0, at) + out.slice(at + 1 + below(10));
    else if (kind === 2) out = out.slice(0, at) + out.slice(Math.max(0, at - below(50)));
    else out = out.slice(0, at) + String.fromCharCode(below(256)) + out.slice(at + 1);
  }
  return out;
}
function cut(input) {
  const bytes = Buffer.from(input, 'latin1');
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const n = chance(0.1) ? 1 : 1 + below(chance(0.5) ? bytes.length : 40 + bytes.length / 8);
    pieces.push(Uint8Array.from(bytes.subarray(at, at + n)));
    at += n;
  }
  return pieces;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lets everything come to its end, by time if need be. */
async function settle(io, connection, clock, slack) {
  let closed = false;
  const done = () => {
    closed = true;
  };
  connection.closed.then(done, done);
  for (let n = 0; n < 60 && !found; n++) {
    await turn();
    if (closed) break;
    // A handler that neither answers nor reads sees no loss: only an abort ends it.
    if (n === slack && chance(0.5)) connection.close();
    if (n === slack + 10) connection.abort();
    if (n === 2) io.leave();
    if (n > 2) clock.fire();
  }
  if (!closed) broken('a connection does not close');
  await turn();
  for (const own of sources) if (own.over === null && own.pulls > 0) broken('a source was left open');
  if (clock.timers.size > 0) broken('a timer was left');
  sources.length = 0;
}

async function server() {
  const messages = Array.from({ length: 1 + below(3) }, request);
  const whole = messages.map((message) => message.head + message.data).join('');
  const mutated = chance(0.6);
  const kept = chance(0.7) ? whole.length : below(whole.length);
  const wire = mutated ? mutate(whole) : whole.slice(0, kept);
  const io = new Memory(cut(wire), one(['eof', 'reset', 'open', 'open']), chance(0.2));
  const clock = new StoppedClock();
  let n = 0;
  const bodies = [];
  const handler = async (req, info) => {
    const mine = n++;
    const how = below(10);
    if (how === 0) throw new Error('handler');
    if (how === 1) return new Promise(() => {});
    if (how === 2) await req.body?.cancel('no');
    if (how === 3 && req.body) return respond(bodyOf(req));
    if (how === 4) info.sendInformational(103, { link: 'a' });
    if (how === 5) await turn();
    if (how >= 6) {
      const got = await req.arrayBuffer().then((buffer) => buffer.byteLength);
      bodies.push([mine, req.method, got]);
    }
    const kind = below(4);
    if (kind === 0) return respond('hello');
    if (kind === 1) return respond(null, { status: 204 });
    return respond(body(source(size(), kind === 2 && chance(0.3))));
  };
  const connection = serveConnection(io, handler, {
    clock,
    writeTimeout: 10_000,
    minRate: chance(0.2) ? 10 : undefined,
    highWaterMark: one([1, 1000, 65_536]),
  });
  await settle(io, connection, clock, 12);
  if (!mutated) {
    let end = 0;
    let i = -1;
    for (const message of messages) {
      end += message.head.length + message.data.length;
      // TRACE never reaches the handler.
      if (message.head.startsWith('TRACE')) continue;
      i++;
      for (const [mine, method, got] of bodies) {
        if (mine !== i) continue;
        if (method === 'GET' ? got !== 0 : end > wire.length || got !== message.length)
          broken(`request ${i}: a body of ${got} bytes, not ${message.length}, ${end} of ${wire.length}`);
      }
    }
  }
  // What was written is HTTP: read it as a client that sent the methods it can't know is not possible, so heads only.
  const written = Buffer.concat(io.written).toString('latin1');
  if (written !== '' && !/^HTTP\/1\.1 \d{3} /.test(written))
    broken(`written: ${JSON.stringify(written.slice(0, 80))}`);
  if (written !== '' && n <= 1 && !/^HTTP\/1\.1 10/.test(written)) {
    const reader = new Http1Connection({ role: 'client' });
    reader.next({ method: messages[0].head.split(' ')[0] });
    const events = reader.receive(Buffer.from(written, 'latin1'));
    const error = events.find((event) => event.type === 'error');
    if (error && !mutated) broken(`written: ${error.error.message}`);
  }
}

async function client() {
  const count = 1 + below(3);
  const answers = Array.from({ length: count }, response);
  const mutated = chance(0.5);
  const whole = answers[0].text;
  const wire = mutated ? mutate(whole) : chance(0.7) ? whole : whole.slice(0, below(whole.length));
  const io = new Memory([], one(['eof', 'reset', 'open', 'open']), chance(0.2));
  const clock = new StoppedClock();
  // The answer comes once the request was written, as idle bytes would end the connection.
  const pieces = cut(wire);
  const write = io.write.bind(io);
  const ends = io.end;
  io.end = 'open';
  io.write = (chunks) => {
    const taken = write(chunks);
    if (io.pieces !== pieces) {
      io.pieces = pieces;
      io.end = ends;
      const { pending } = io;
      io.pending = undefined;
      if (pending)
        Promise.resolve()
          .then(() => io.read())
          .then(pending.resolve, pending.reject);
    }
    return taken;
  };
  const connection = openConnection(io, {
    clock,
    writeTimeout: 10_000,
    headersTimeout: 20_000,
    highWaterMark: one([1, 1000, 65_536]),
  });
  const results = [];
  for (let i = 0; i < count; i++) {
    const controller = new AbortController();
    const upload = chance(0.4) ? body(source(size(), chance(0.1))) : null;
    const init = {
      method: upload ? 'POST' : one(['GET', 'HEAD', 'POST']),
      body: upload,
      signal: controller.signal,
    };
    const how = below(6);
    results.push(
      connection
        .fetch('/', init)
        .then(async (got) => {
          if (how === 0) return got.body?.cancel('enough');
          if (how === 1) controller.abort(new Error('abort'));
          const bytes = (await got.arrayBuffer()).byteLength;
          const { length, status } = answers[0];
          if (
            i === 0 &&
            !mutated &&
            status === '200 OK' &&
            init.method !== 'HEAD' &&
            how > 1 &&
            bytes !== length &&
            !answers[0].close
          )
            broken(`a response of ${bytes} bytes, not ${length}`);
          if (
            i === 0 &&
            !mutated &&
            status === '200 OK' &&
            init.method !== 'HEAD' &&
            wire.length < whole.length &&
            !answers[0].close
          )
            broken('a response that was cut looks finished');
        })
        .catch((error) => {
          if (error instanceof TypeError && !/Cannot fetch/.test(error.message))
            broken(`TypeError: ${error.stack}`);
        }),
    );
  }
  await settle(io, connection, clock, 12);
  let done = false;
  Promise.all(results).then(() => {
    done = true;
  });
  for (let n = 0; n < 10 && !done; n++) await turn();
  if (!done) broken('a fetch does not settle');
}

const began = performance.now();
let last = began;
let slowest = 0;
for (let run = 0; run < runs; run++) {
  const { seed } = choices;
  const at = performance.now();
  await (chance(0.6) ? server() : client());
  slowest = Math.max(slowest, performance.now() - at);
  if (found) {
    console.log(`run ${run}, --seed ${seed}: ${found.message}`);
    process.exit(1);
  }
  if (performance.now() - last > 60_000) {
    last = performance.now();
    console.log(`${run} runs, ${Math.round((run / (last - began)) * 1000)} a second`);
  }
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${runs} runs, seed ${values.seed}: no finding, ${Math.round(runs / seconds)} a second, slowest ${Math.round(slowest)} ms`,
);
