// Fuzzes whole HTTP/2 connections, served and opened, over transports in memory: frames from a grammar, mutated, cut anywhere,
// ended or reset anywhere, with handlers and readers of every kind; and a client and a server of ours with each other.
//   node bench/fuzz/http2-connection.mjs --runs N --seed S
// Checked: nothing is thrown or rejected unhandled; every connection closes, settles what it owes and leaves no timer; every source of
// a body was ended, failed or cancelled once, and is not pulled after; unread bytes and the window stay inside the budget; what is
// written are frames in an order that RFC 9113 section 5.1 allows, and no DATA without credit; a body that was cut, or whose source
// failed, is never finished; two of ours that nobody disturbs give exactly the bytes that were sent.

import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/load-sources.mjs';
import { chanceOf } from './chance.mjs';
import { StoppedClock } from './stopped-clock.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const { serveConnection, openConnection, respond, body, bodyOf, FrameReader, HpackDecoder, HpackEncoder } =
  await loadSources('lib/mod.ts', 'lib/http/mod.ts', 'lib/http2/mod.ts');
const choices = chanceOf(values.seed);
const { below, one, chance } = choices;

class Broken extends Error {}
let found = null;
const broken = (law) => {
  found ??= new Broken(law);
};
process.on('unhandledRejection', (error) => broken(`unhandled rejection: ${error?.stack ?? error}`));
process.on('uncaughtException', (error) => broken(`uncaught: ${error?.stack ?? error}`));

/** One end in memory. What it reads is pushed, scripted or by the other end; what it writes is kept, or goes there. */
class Memory {
  queue = [];
  end = 'open';
  written = [];
  blocked = [];
  constructor(stalls) {
    this.stalls = stalls;
    this.closed = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }
  #next() {
    if (this.queue.length > 0) return { value: this.queue.shift() };
    if (this.end === 'eof') return { value: null };
    if (this.end === 'reset') return { error: new Error('ECONNRESET') };
    return undefined;
  }
  read() {
    if (this.dead) throw this.dead;
    if (this.pending) broken('two reads at once');
    const next = this.#next();
    if (next?.error) return Promise.reject(next.error);
    if (next) return chance(0.5) ? next.value : Promise.resolve(next.value);
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
    });
  }
  /** Something can be read now. */
  poke() {
    const next = this.pending && this.#next();
    if (!next) return;
    const { pending } = this;
    this.pending = undefined;
    if (next.error) pending.reject(next.error);
    else pending.resolve(next.value);
  }
  finish(end) {
    if (this.end === 'open') this.end = end;
    this.poke();
  }
  write(chunks) {
    if (this.dead) throw this.dead;
    if (this.half) broken('written after close');
    if (this.writing) broken('two writes at once');
    for (const chunk of chunks) {
      const copy = Uint8Array.from(chunk);
      this.written.push(copy);
      this.onWrite?.(copy);
    }
    if (!this.stalls || chance(0.5)) return chance(0.5) ? undefined : Promise.resolve();
    this.writing = true;
    return new Promise((resolve, reject) => {
      this.blocked.push({ resolve, reject });
    });
  }
  /** The transport takes what it held back; or not yet. */
  drain() {
    if (chance(0.3)) return;
    this.writing = false;
    for (const { resolve } of this.blocked.splice(0)) resolve();
  }
  async close() {
    if (this.dead) throw this.dead;
    this.half = true;
    this.onEnd?.('eof');
  }
  abort(reason) {
    if (this.dead) return;
    this.dead = reason ?? new Error('closed');
    this.pending?.reject(this.dead);
    for (const { reject } of this.blocked) reject(this.dead);
    this.onEnd?.(this.half ? 'eof' : 'reset');
    this.resolve();
  }
}

const sources = [];
/** A source that knows when the laws are broken. */
function source(size, fails) {
  const own = { pulls: 0, over: null, size, fails };
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
  const from = {
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
  if (chance(0.3) && !fails) from.byteLength = size;
  if (chance(0.2)) from.trailers = new Headers({ 'x-t': '1' });
  return from;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Bodies that are many times the smallest windows take most of the time, and are rare. */
const size = () => one([0, 1, 10, 100, below(3000), below(chance(0.1) ? 100_000 : 5000)]);
const u32 = (n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const frame = (type, flags, id, payload = []) => {
  const bytes = new Uint8Array(9 + payload.length);
  bytes.set([payload.length >>> 16, payload.length >>> 8, payload.length, type, flags, ...u32(id)]);
  bytes.set(payload, 9);
  return bytes;
};
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const zeros = (n) => new Uint8Array(n);

/** HEADERS, padded and continued as it may be. */
function headers(id, fields, endStream, encoder) {
  const block = encoder.encode(fields).slice();
  const cutAt = chance(0.2) ? below(block.length + 1) : block.length;
  const pad = chance(0.2) ? below(20) : -1;
  const rest = block.length - cutAt;
  const flags = (endStream ? 1 : 0) | (rest > 0 ? 0 : 4) | (pad >= 0 ? 8 : 0);
  const payload = [...(pad >= 0 ? [pad] : []), ...block.subarray(0, cutAt), ...(pad > 0 ? zeros(pad) : [])];
  const list = [frame(1, flags, id, payload)];
  if (rest > 0) list.push(frame(9, 4, id, block.subarray(cutAt)));
  return Buffer.concat(list);
}
function data(id, length, endStream) {
  const pad = chance(0.1) ? below(20) : -1;
  const payload = Buffer.concat([
    Uint8Array.from(pad >= 0 ? [pad] : []),
    new Uint8Array(length).fill(97),
    zeros(Math.max(0, pad)),
  ]);
  return frame(0, (endStream ? 1 : 0) | (pad >= 0 ? 8 : 0), id, payload);
}
/** What may stand between any frames. `credit`: how far it raises what we may be sent. */
function between(ids, credit) {
  const id = one([0, 0, ...ids]);
  const kind = below(9);
  if (kind === 0) return frame(6, 0, 0, zeros(8));
  if (kind === 1) return frame(2, 0, id || 1, [...u32(0), 5]);
  if (kind === 2) return frame(0x42, below(256), id, zeros(below(30)));
  if (kind === 3) return frame(4, 1, 0);
  if (kind === 4) {
    const window = one([0, 1, 100, 65_535, 200_000]);
    credit.initial = Math.max(credit.initial, window);
    return frame(4, 0, 0, [0, 4, ...u32(window), 0, 1, ...u32(one([0, 4096, 100]))]);
  }
  if (kind === 5 && ids.length > 0) return frame(3, 0, one(ids), u32(one([0, 5, 7, 8])));
  const more = one([1, 100, 10_000, 100_000]);
  credit[id] = (credit[id] ?? 0) + more;
  return frame(8, 0, id, u32(more));
}

const FIELDS = [
  ['x-a', '1'],
  ['cookie', 'a=b'],
  ['cookie', 'c=d'],
  ['priority', 'u=1, i'],
  ['expect', '100-continue'],
  ['te', 'trailers'],
];
const some = () => FIELDS.filter(() => chance(0.2));

/** Streams' frames, each in its order, taken in turns; a stream is opened after those before it. */
function interleave(list, credit) {
  const out = [];
  const open = [];
  let next = 0;
  while (next < list.length || open.length > 0) {
    if (next < list.length && (open.length === 0 || chance(0.4))) open.push(list[next++]);
    const at = below(open.length);
    const { id, parts } = open[at];
    out.push(parts.shift()());
    if (parts.length === 0) open.splice(at, 1);
    while (chance(0.2)) out.push(between([id], credit));
  }
  return out;
}

function mutate(frames) {
  const list = frames.map((bytes) => Uint8Array.from(bytes));
  for (let n = 1 + below(3); n > 0 && list.length > 0; n--) {
    const at = below(list.length);
    const kind = below(8);
    if (kind === 0) list.splice(at, 1);
    else if (kind === 1) list.splice(at, 0, Uint8Array.from(one(list)));
    else if (kind === 2) list.splice(at, 0, frame(below(12), below(64), below(12), zeros(below(20))));
    else if (kind === 3)
      list.splice(at, 0, frame(7, 0, 0, [...u32(one([0, 1, 3, 0x7fffffff])), ...u32(one([0, 2, 11]))]));
    else if (kind === 4) list.splice(at, 0, frame(5, 4, one([1, 3]), [...u32(2), 0x82]));
    else if (list[at].length > 3) list[at][3 + below(kind === 5 ? 6 : list[at].length - 3)] = below(256);
  }
  return list;
}
function cut(frames) {
  const bytes = Buffer.concat(frames);
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const n = chance(0.05) ? 1 : 1 + below(chance(0.5) ? bytes.length : 40 + bytes.length / 8);
    pieces.push(Uint8Array.from(bytes.subarray(at, at + n)));
    at += n;
  }
  return pieces;
}

/** What one side wrote: frames in an allowed order, DATA within the credit. @returns Per stream: bytes, and how it ended. */
function judge(written, role, credit, mutated) {
  const reader = new FrameReader(1 << 24);
  const decoder = new HpackDecoder();
  const bytes = Buffer.concat(written);
  const streams = new Map();
  let total = 0;
  let block = [];
  reader.push(role === 'client' ? bytes.subarray(PREFACE.length) : bytes);
  for (let f = reader.next(); f !== undefined; f = reader.next()) {
    const { type, flags, streamId, payload } = f;
    const stream = streams.get(streamId) ?? { bytes: 0, end: null, fields: [] };
    if (streamId !== 0) streams.set(streamId, stream);
    if (type === 0 || type === 1 || type === 9) {
      if (stream.end !== null) broken(`frame ${type} after the ${stream.end} of stream ${streamId}`);
      if (type === 0) {
        stream.bytes += payload.byteLength;
        total += payload.byteLength;
        if (stream.fields.length === 0) broken('DATA before HEADERS');
      } else {
        block.push(...payload);
        if (flags & 4) {
          stream.fields.push(
            ...decoder.decode(Uint8Array.from(block), { maxBytes: 1e6, maxCount: 1e3, hardBytes: 1e6 })
              .fields,
          );
          block = [];
        }
      }
      if (type !== 9 && flags & 1 && f.last) stream.end = 'END_STREAM';
    } else if (type === 3) stream.end = stream.end === 'END_STREAM' ? 'END_STREAM' : 'RST_STREAM';
  }
  if (!credit || mutated) return streams;
  if (total > 65_535 + (credit[0] ?? 0)) broken(`${total} bytes of DATA without the connection's credit`);
  for (const [id, stream] of streams)
    if (stream.bytes > credit.initial + (credit[id] ?? 0))
      broken(`${stream.bytes} bytes of DATA without credit`);
  return streams;
}

/** Lets everything come to its end, by time if need be. */
async function settle(ends, connections, clock, slack) {
  let open = connections.length;
  for (const { closed } of connections) {
    const done = () => open--;
    closed.then(done, done);
  }
  for (let n = 0; n < slack + 60 && open > 0 && !found; n++) {
    await turn();
    for (const io of ends) {
      io.drain();
      if (n > 3) io.poke();
    }
    for (const { stats } of connections)
      if ((stats.unread ?? 0) + (stats.receiveWindow ?? 0) > (stats.budget ?? Number.POSITIVE_INFINITY))
        broken('the budget was passed');
    if (n === slack) {
      if (chance(0.5)) for (const connection of connections) connection.close();
      else for (const io of ends) io.finish(one(['eof', 'reset']));
    }
    if (n === slack + 30) for (const connection of connections) connection.abort();
    if (n > slack) clock.fire();
  }
  if (open > 0) broken('a connection does not close');
  for (let n = 0; n < 3; n++) await turn();
  for (const own of sources)
    if (own.over === null && own.pulls > 0) broken(`a source of ${own.size} bytes was left open`);
  if (clock.timers.size > 0) broken('a timer was left');
}

const settings = (clock) => ({
  clock,
  protocol: 'h2',
  writeTimeout: chance(0.5) ? 10_000 : undefined,
  highWaterMark: chance(0.03) ? 1 : one([100, 1000, 65_536]),
  connectionBudget: one([65_535, 200_000, 16_777_216]),
  maxConcurrentStreams: one([2, 100]),
  pingInterval: chance(0.2) ? 5000 : undefined,
  adaptiveWindow: chance(0.7),
});

/** A handler of every kind. `reads` are told: which request, how many bytes, complete or not. */
const handlerOf = (reads, answers) => async (request, info) => {
  const n = Number(new URL(request.url).pathname.slice(1));
  const how = below(11);
  if (how === 0) throw new Error('handler');
  if (how === 1) return new Promise(() => {});
  if (how === 2) await request.body?.cancel('no');
  if (how === 3 && request.body) return respond(bodyOf(request));
  if (how === 4) info.sendInformational?.(103, { link: 'a' });
  if (how === 5) await turn();
  if (how === 6 && request.body) {
    const reader = request.body.getReader();
    await reader.read();
    reader.releaseLock();
  }
  if (how >= 7) reads.push([n, (await request.arrayBuffer()).byteLength]);
  const kind = below(4);
  const head = { headers: { 'x-n': `${n}` } };
  if (kind === 0) return respond('hello', head);
  if (kind === 1) return respond(null, { ...head, status: 204 });
  const length = size();
  const fails = kind === 2 && chance(0.3);
  answers.set(`${n}`, { length, fails });
  return respond(body(source(length, fails)), head);
};

async function server() {
  const credit = { initial: 65_535 };
  const encoder = new HpackEncoder();
  const requests = Array.from({ length: 1 + below(5) }, (_, n) => {
    const id = 2 * n + 1;
    const bodied = chance(0.6);
    const length = bodied ? size() : 0;
    const sized = chance(0.3);
    const trailers = bodied && chance(0.2);
    const method = bodied ? one(['POST', 'PUT']) : one(['GET', 'HEAD', 'OPTIONS', 'DELETE']);
    const head = [
      [':method', method],
      [':scheme', 'http'],
      [':authority', 'h'],
      [':path', `/${n}`],
      ...(sized && bodied ? [['content-length', `${length}`]] : []),
      ...some(),
    ];
    const parts = [() => headers(id, head, !bodied, encoder)];
    for (let left = length; left > 0; ) {
      const part = Math.min(left, 1 + below(16_000));
      left -= part;
      parts.push(() => data(id, part, left === 0 && !trailers && true));
      const last = left === 0 && !trailers;
      parts[parts.length - 1] = () => data(id, part, last);
    }
    if (bodied && length === 0 && !trailers) parts.push(() => data(id, 0, true));
    if (trailers) parts.push(() => headers(id, [['x-t', '1']], true, encoder));
    return { id, length, parts };
  });
  const whole = [PREFACE, frame(4, 0, 0), ...interleave(requests, credit)];
  const mutated = chance(0.6);
  const io = new Memory(chance(0.3));
  const pieces = cut(mutated ? [whole[0], ...mutate(whole.slice(1))] : whole);
  const kept = chance(0.7) ? pieces.length : below(pieces.length + 1);
  io.queue = pieces.slice(0, kept);
  const end = one(['eof', 'reset', 'open', 'open']);
  if (end !== 'open') io.end = end;
  const clock = new StoppedClock();
  const reads = [];
  const answers = new Map();
  const connection = serveConnection(io, handlerOf(reads, answers), settings(clock));
  await settle([io], [connection], clock, 12);
  if (found) return;
  for (const [n, got] of reads)
    if (!mutated && got !== requests[n].length)
      broken(`request ${n}: a body of ${got} bytes, not ${requests[n].length}`);
  for (const { end, bytes, fields } of judge(io.written, 'server', credit, mutated).values()) {
    const answer = answers.get(fields.find(([name]) => name === 'x-n')?.[1]);
    const head = fields.find(([name]) => name === ':status');
    if (!answer || end !== 'END_STREAM' || mutated || head?.[1] !== '200' || bytes === 0) continue;
    if (answer.fails) broken('a body whose source failed looks finished');
    if (bytes !== answer.length) broken(`a response of ${bytes} bytes, not ${answer.length}`);
  }
}

/** Fetches of every kind. @returns What each came to, with `n` of the answer. */
function calls(connection, count, check) {
  return Array.from({ length: count }, (_, n) => {
    const controller = new AbortController();
    const fails = chance(0.1);
    const length = size();
    const upload = chance(0.4) ? body(source(length, fails)) : null;
    const init = {
      method: upload ? 'POST' : one(['GET', 'HEAD', 'POST']),
      body: upload,
      signal: controller.signal,
    };
    const how = below(7);
    return connection
      .fetch(`/${n}`, init)
      .then(async (response) => {
        if (how === 0) return response.body?.cancel('enough');
        if (how === 1) controller.abort(new Error('abort'));
        if (how === 2) return controller.abort(new Error('abort'));
        if (how === 3) await turn();
        const bytes = (await response.arrayBuffer()).byteLength;
        check?.({ n, bytes, response, init, length, how });
        return undefined;
      })
      .catch((error) => {
        if (how === 3 && chance(0.1)) controller.abort();
        // The peer's settings, when they are mutated, may allow no field at all.
        if (error instanceof TypeError && !/Cannot (fetch|send fields)/.test(error.message))
          broken(`TypeError: ${error.stack}`);
      });
  });
}
async function settled(results) {
  let done = false;
  Promise.all(results).then(() => {
    done = true;
  });
  for (let n = 0; n < 20 && !done; n++) await turn();
  if (!done) broken('a fetch does not settle');
}

async function client() {
  const credit = { initial: 65_535 };
  const encoder = new HpackEncoder();
  const count = 1 + below(4);
  const answers = Array.from({ length: count }, (_, n) => {
    const id = 2 * n + 1;
    const length = size();
    const status = chance(0.9) ? '200' : one(['204', '304', '404', '100', '101']);
    const sized = chance(0.3);
    const trailers = chance(0.2);
    const parts = [];
    if (chance(0.2)) parts.push(() => headers(id, [[':status', '103'], ...some()], false, encoder));
    const head = [
      [':status', status],
      ['x-n', `${n}`],
      ...(sized ? [['content-length', `${length}`]] : []),
      ...some(),
    ];
    parts.push(() => headers(id, head, length === 0 && !trailers, encoder));
    for (let left = length; left > 0; ) {
      const part = Math.min(left, 1 + below(16_000));
      left -= part;
      const last = left === 0 && !trailers;
      parts.push(() => data(id, part, last));
    }
    if (trailers) parts.push(() => headers(id, [['x-t', '1']], true, encoder));
    return { id, length, status, parts };
  });
  const whole = [frame(4, 0, 0), ...interleave(answers, credit)];
  const mutated = chance(0.6);
  const pieces = cut(mutated ? mutate(whole) : whole);
  const kept = chance(0.7) ? pieces.length : below(pieces.length + 1);
  const io = new Memory(chance(0.3));
  const clock = new StoppedClock();
  const connection = openConnection(io, { ...settings(clock), headersTimeout: 20_000 });
  const uploads = new Map();
  const results = calls(connection, count, ({ n, bytes, response, init }) => {
    const answer = answers[Number(response.headers.get('x-n'))];
    uploads.set(n, init);
    if (mutated || answer?.status !== '200' || init.method === 'HEAD') return;
    if (bytes !== answer.length) broken(`a response of ${bytes} bytes, not ${answer.length}`);
  });
  // The answers come behind the requests, as streams that were not opened yet would end the connection.
  for (let n = 0; n < 3; n++) await turn();
  io.queue = pieces.slice(0, kept);
  io.finish(one(['eof', 'reset', 'open', 'open']));
  await settle([io], [connection], clock, 12);
  await settled(results);
  if (!found) judge(io.written, 'client', credit, mutated);
}

/** Two of ours. Undisturbed, and with a handler that answers, each fetch gives what was sent. */
async function both() {
  const clock = new StoppedClock();
  const stalls = chance(0.3);
  const ends = [new Memory(stalls), new Memory(stalls)];
  const disturbed = chance(0.5);
  const stop = disturbed ? below(40) : -1;
  let step = 0;
  for (const [io, other] of [ends, [ends[1], ends[0]]]) {
    io.onWrite = (bytes) => {
      step++;
      if (disturbed && chance(0.02)) bytes[below(bytes.length)] = below(256);
      if (step === stop) other.finish(one(['eof', 'reset']));
      if (other.end === 'open') other.queue.push(...cut([bytes]));
      if (chance(0.7)) other.poke();
      else setImmediate(() => other.poke());
    };
    io.onEnd = (end) => other.finish(end);
  }
  const reads = [];
  const answers = new Map();
  const handler = disturbed
    ? handlerOf(reads, answers)
    : async (request) => {
        const { pathname } = new URL(request.url);
        if (chance(0.5) && request.body) return respond(bodyOf(request), { headers: { 'x-echo': '1' } });
        if (chance(0.5)) reads.push([Number(pathname.slice(1)), (await request.arrayBuffer()).byteLength]);
        const length = size();
        answers.set(pathname.slice(1), { length });
        return respond(body(source(length, false)));
      };
  const server = serveConnection(ends[0], handler, settings(clock));
  const client = openConnection(ends[1], settings(clock));
  const lengths = new Map();
  let finished = 0;
  const results = calls(client, 1 + below(6), ({ n, bytes, response, init, length }) => {
    finished++;
    lengths.set(n, length);
    if (disturbed) return;
    if (init.method === 'HEAD') return;
    const wanted = response.headers.has('x-echo') ? length : answers.get(`${n}`)?.length;
    if (response.status === 200 && bytes !== wanted) broken(`fetch ${n} gave ${bytes} bytes, not ${wanted}`);
  });
  await settle(ends, [server, client], clock, 200);
  await settled(results);
  if (!found && !disturbed) {
    for (const [n, got] of reads)
      if (lengths.has(n) && got !== 0 && got !== lengths.get(n))
        broken(`request ${n}: ${got} bytes, not ${lengths.get(n)}`);
    judge(ends[0].written, 'server', null, false);
    judge(ends[1].written, 'client', null, false);
  }
  return finished;
}

const began = performance.now();
let last = began;
let slowest = 0;
for (let run = 0; run < runs; run++) {
  const { seed } = choices;
  const at = performance.now();
  const kind = below(10);
  await (kind < 4 ? server() : kind < 7 ? client() : both());
  sources.length = 0;
  slowest = Math.max(slowest, performance.now() - at);
  if (found) {
    console.log(
      `run ${run}, --seed ${seed}, ${kind < 4 ? 'server' : kind < 7 ? 'client' : 'both'}: ${found.stack ?? found.message}`,
    );
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
