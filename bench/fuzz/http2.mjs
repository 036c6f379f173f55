// node bench/fuzz/http2.mjs --runs N --target frames|hpack|connection|send [--seed S]
import { parseArgs } from 'node:util';
import { loadSources } from '../../scripts/load-sources.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    target: { type: 'string', default: 'connection' },
    seed: { type: 'string', default: '1' },
  },
});
const { FrameReader, HpackDecoder, HpackEncoder, Http2Connection } = await loadSources('lib/http2/mod.ts');

let state = Number(values.seed) >>> 0 || 1;
/** xorshift32: 0 to n - 1. */
const rand = (n) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
};
const pick = (list) => list[rand(list.length)];
const bytes = (n) => Uint8Array.from({ length: n }, () => rand(256));
const u32 = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const join8 = (list) => Uint8Array.from(list.flatMap((piece) => [...piece]));
const frame = (type, flags, id, payload) => [
  payload.length >>> 16,
  (payload.length >>> 8) & 255,
  payload.length & 255,
  type,
  flags,
  ...u32(id),
  ...payload,
];
const HEADS = [
  [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', 'a'],
    [':path', '/'],
  ],
  [[':status', '200']],
  [[':status', '103']],
  [['x', 'y']],
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'a'],
    [':path', '/'],
    ['content-length', '5'],
  ],
];
function mutate(input) {
  const output = Uint8Array.from(input);
  for (let n = rand(4) === 0 ? 1 + rand(3) : 0; n > 0 && output.length > 0; n--)
    output[rand(output.length)] = rand(256);
  return output;
}
function makeFrame() {
  const id = rand(8);
  const flags = pick([0, 0, 1, 4, 5, 8, 9, 0x2d, rand(256)]);
  switch (rand(12)) {
    case 0:
    case 1:
      return frame(0, pick([0, 0, 1, 8, 9]), id, bytes(rand(40)));
    case 2:
    case 3:
    case 4:
      return frame(1, pick([4, 5, 5, flags]), id | 1, new HpackEncoder().encode(pick(HEADS)));
    case 5:
      return frame(3, 0, id, u32(rand(14)));
    case 6:
      return frame(
        4,
        rand(4) === 0 ? 1 : 0,
        0,
        rand(3) === 0 ? [] : [0, 1 + rand(9), ...u32(pick([0, 1, 16_384, 65_535, 0x7fffffff]))].slice(0, 6),
      );
    case 7:
      return frame(6, rand(2), 0, rand(2) === 0 ? [0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, 1] : bytes(8));
    case 8:
      return frame(8, 0, id, u32(pick([1, 100, 65_535, 0x7fffffff, 0])));
    case 9:
      return frame(9, pick([0, 4]), id, bytes(rand(10)));
    case 10:
      return frame(7, 0, 0, [...u32(rand(9)), ...u32(rand(14))]);
    default:
      return frame(rand(20), flags, id, bytes(rand(20)));
  }
}
function cut(input) {
  const pieces = [];
  for (let at = 0; at < input.length; ) {
    const end = Math.min(input.length, at + 1 + rand(rand(2) === 0 ? 3 : 40));
    pieces.push(input.slice(at, end));
    at = end;
  }
  return pieces;
}
/** Consecutive pieces of one body are one: a split may not be seen otherwise. */
function log(events, out) {
  for (const event of events) {
    const last = out.at(-1);
    if (
      event.type === 'data' &&
      last?.type === 'data' &&
      last.streamId === event.streamId &&
      !last.endStream
    ) {
      last.data.push(...event.data);
      last.endStream = event.endStream;
    } else if (event.type === 'data') out.push({ ...event, data: [...event.data] });
    else if (event.type === 'error' || event.error) out.push({ ...event, error: event.error.message });
    else out.push(JSON.parse(JSON.stringify(event)));
  }
}
const known = (run) => {
  try {
    return run();
  } catch (error) {
    if (error.code !== 'ERR_PROTOCOL') throw error;
    return `${error.errorCode} ${error.message}`;
  }
};
function check(condition, what) {
  if (!condition) throw new Error(what);
}

const targets = {
  frames() {
    const input = mutate(join8(Array.from({ length: 1 + rand(6) }, makeFrame)));
    const run = (pieces) => {
      const reader = new FrameReader(16_384);
      const frames = [];
      const end = known(() => {
        for (const piece of pieces) {
          reader.push(piece);
          for (let f = reader.next(); f !== undefined; f = reader.next()) {
            if (f.first) frames.push([f.type, f.flags, f.streamId, f.length, []]);
            frames.at(-1)[4].push(...f.payload, ...(f.last ? ['last'] : []));
          }
        }
      });
      return JSON.stringify([frames, end]);
    };
    check(run([input]) === run(cut(input)), 'split differs');
  },
  hpack() {
    const decoder = new HpackDecoder();
    const encoder = new HpackEncoder();
    for (let n = 1 + rand(5); n > 0; n--) {
      const block =
        rand(3) === 0
          ? bytes(rand(60))
          : mutate(
              encoder.encode([
                ...pick(HEADS),
                ['k'.repeat(rand(30)), String.fromCharCode(...bytes(rand(30)))],
              ]),
            );
      const result = known(() => decoder.decode(block, { maxBytes: 500, maxCount: 5, hardBytes: 2000 }));
      if (typeof result === 'string') return;
      // Crumbs of a cookie count as one field, by their bytes alone.
      check(result.fields.filter(([name]) => name !== 'cookie').length <= 5, 'count');
      check(result.fields.reduce((sum, [k, v]) => sum + k.length + v.length + 32, 0) <= 500, 'bytes');
    }
  },
  connection() {
    const role = pick(['server', 'client']);
    const start = role === 'server' ? [new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')] : [];
    start.push(frame(4, 0, 0, []), frame(4, 1, 0, []));
    const input = join8([...start, mutate(join8(Array.from({ length: 1 + rand(12) }, makeFrame)))]);
    const run = (pieces) => {
      const connection = new Http2Connection({ role, highWaterMark: 100, connectionBudget: 65_535 });
      connection.initiate();
      if (role === 'client') for (let i = 0; i < 3; i++) connection.openStream(HEADS[0], i > 0);
      const events = [];
      let sent = 0;
      for (const piece of pieces) {
        log(connection.receive(piece, 0), events);
        for (const chunk of connection.take()) sent += chunk.length;
        const { stats } = connection;
        check(stats.unread >= 0 && stats.unread + stats.receiveWindow <= stats.budget, 'connection budget');
        check(stats.streams.length <= 128, 'streams');
        for (const s of stats.streams)
          check(s.receiveWindow <= s.windowTarget && s.sendWindow <= 0x7fffffff, 'window');
      }
      check(sent <= 2000 + 4 * input.length, 'answers are longer than questions');
      for (const s of connection.stats.streams) connection.reset(s.id, 8);
      for (let id = 0; id < 12; id++) connection.stopReading(id);
      check(
        connection.stats.unread === 0 || events.at(-1)?.type === 'error',
        `unread ${connection.stats.unread}`,
      );
      return JSON.stringify([events, sent]);
    };
    const [a, b] = [run([input]), run(cut(input))];
    check(a === b, `split differs\n${a}\n${b}`);
  },
  // Two connections of ours talk by send and receive: neither finds fault with the other, and bodies arrive as they were sent.
  send() {
    const highWaterMark = pick([1, 10, 1000, 65_536]);
    const sides = ['client', 'server'].map((role) => ({
      role,
      connection: new Http2Connection({ role, highWaterMark, connectionBudget: 65_535 }),
      wire: [],
      live: new Set(),
      sent: new Map(),
      got: new Map(),
    }));
    const [client, server] = sides;
    const deliver = (to, from, all) => {
      const input = join8(from.wire.splice(0));
      const keep = all ? 0 : rand(input.length + 1);
      const part = input.subarray(0, input.length - keep);
      from.wire = [input.subarray(part.length)];
      for (const piece of cut(part))
        for (const event of to.connection.receive(piece)) {
          // What was opened before our SETTINGS came may be too much.
          const fine = event.type !== 'error' && (!event.error || event.errorCode === 7);
          check(fine, `accused: ${(event.error ?? event).message}`);
          if (event.type === 'request') to.live.add(event.streamId);
          if (event.type === 'data') {
            const { streamId } = event;
            to.got.set(streamId, [...(to.got.get(streamId) ?? []), ...event.data]);
            const { sent } = from;
            const got = to.got.get(streamId);
            check(`${sent.get(streamId).slice(0, got.length)}` === `${got}`, 'body differs');
            if (event.endStream) check(sent.get(streamId).length === got.length, 'cut body looks finished');
          }
        }
      to.wire.push(...to.connection.take());
      const { stats } = to.connection;
      check(stats.unread + stats.receiveWindow <= stats.budget, 'connection budget');
      for (const s of stats.streams) check(s.receiveWindow <= s.windowTarget, 'window');
    };
    const attempt = (side, event) => {
      let pieces;
      try {
        pieces = side.connection.send(event);
      } catch (error) {
        const expected = error instanceof TypeError || error instanceof RangeError;
        check(expected || error.code === 'ERR_REFUSED', error.stack);
        return false;
      }
      side.wire.push(...pieces);
      return true;
    };
    for (const side of sides) attempt(side, { type: 'settings' });
    for (let n = 1 + rand(60); n > 0; n--) {
      const side = pick(sides);
      const streamId = pick([...side.live, 1 + rand(9)]);
      const headers = pick([
        [],
        [['a', 'b']],
        [['A', 'b']],
        [['cookie', 'c']],
        [[':path', '/']],
        [['k', 'v'.repeat(rand(300))]],
      ]);
      const endStream = rand(3) === 0;
      const data = bytes(rand(pick([2, 30, 3000])));
      const event = pick([
        {
          type: 'request',
          method: pick(['GET', 'POST', 'CONNECT', 'G(']),
          scheme: pick(['http', '']),
          authority: 'a',
          path: pick(['/', '']),
          headers,
          endStream,
        },
        { type: 'request', method: 'POST', scheme: 'http', authority: 'a', path: '/', endStream },
        { type: 'response', streamId, status: pick([200, 404, 103]), headers, endStream },
        { type: 'response', streamId, status: 200 },
        { type: 'informational', streamId, status: pick([103, 200]), headers },
        { type: 'data', streamId, data, endStream },
        { type: 'data', streamId, data: data.subarray(0, side.connection.sendable(streamId)), endStream },
        { type: 'data', streamId, data: data.subarray(0, side.connection.sendable(streamId)), endStream },
        { type: 'trailers', streamId, headers },
        { type: 'reset', streamId, errorCode: rand(14) },
        { type: 'window', streamId, bytes: rand(highWaterMark + 1) },
        { type: 'window', streamId, bytes: Math.min(highWaterMark, 1) },
        { type: 'ping', opaque: bytes(pick([8, 8, 7])) },
        rand(5) === 0 ? { type: 'goaway', errorCode: pick([0, 0, 2]), debug: 'x' } : undefined,
      ]);
      if (event === undefined) continue;
      const state = side.connection.state(streamId);
      const sent = attempt(side, event);
      if (sent && event.type === 'goaway' && event.errorCode !== 0) return;
      if (sent && event.type === 'request') side.live.add(side.connection.lastStreamId);
      if (sent && event.type === 'data' && state !== undefined && state !== 'half-closed (local)')
        side.sent.set(streamId, [...(side.sent.get(streamId) ?? []), ...event.data]);
      if (rand(2) === 0)
        deliver(
          ...pick([
            [client, server],
            [server, client],
          ]),
          false,
        );
    }
    for (let n = 0; n < 4; n++) {
      deliver(client, server, true);
      deliver(server, client, true);
    }
    for (const [to, from] of [
      [client, server],
      [server, client],
    ])
      for (const { id } of to.connection.stats.streams)
        check(
          from.connection.state(id) === undefined ||
            (to.got.get(id) ?? []).length === (from.sent.get(id) ?? []).length,
          'bytes are missing',
        );
  },
};

const started = Date.now();
const runs = Number(values.runs);
for (let run = 0; run < runs; run++) {
  const before = state;
  try {
    targets[values.target]();
  } catch (error) {
    console.error(`run ${run}, state ${before}:`, error);
    process.exit(1);
  }
}
const seconds = (Date.now() - started) / 1000;
console.log(
  `${values.target}: ${runs} runs, seed ${values.seed}, ${seconds.toFixed(0)} s, ${Math.round(runs / seconds)} a second`,
);
