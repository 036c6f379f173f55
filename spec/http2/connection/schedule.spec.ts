import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Header, Http2Connection, type Http2Event } from '../../../lib/http2/mod.ts';
import { GET } from '../conformance.ts';

const POST: readonly Header[] = [[':method', 'POST'], ...GET.slice(1)];
const CANCEL = 8;

/** As an expectation, but cheap: it runs at every step. */
function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** One end: its connection, the bytes on their way to it, and what its readers hold. */
class End {
  readonly connection: Http2Connection;
  readonly inbox: Uint8Array[] = [];
  readonly unread = new Map<number, number>();
  readonly live = new Set<number>();
  readonly answered = new Set<number>();

  constructor(role: 'server' | 'client', adaptiveWindow: boolean, budget: number) {
    this.connection = new Http2Connection({
      role,
      adaptiveWindow,
      connectionBudget: budget,
      highWaterMark: 5000,
      maxWindow: 40_000,
      maxConcurrentStreams: 8,
    });
    this.connection.initiate();
  }

  note(event: Http2Event): void {
    must(event.type !== 'error', 'there is no error');
    if (event.type === 'request') this.live.add(event.streamId);
    if (event.type === 'data')
      this.unread.set(event.streamId, (this.unread.get(event.streamId) ?? 0) + event.data.byteLength);
    if (event.type === 'reset') this.live.delete(event.streamId);
  }

  /** Law 2, and the budget. */
  check(): void {
    const { stats } = this.connection;
    must(stats.unread + stats.receiveWindow <= stats.budget, 'the budget holds');
    let unread = 0;
    for (const held of this.unread.values()) unread += held;
    // A frame is charged when its header comes: what is still to come of it counts already.
    const coming = stats.unread - unread;
    must(coming >= 0 && coming <= 16_384, `what is unread is charged: ${stats.unread} ${unread}`);
    for (const { id, receiveWindow, windowTarget } of stats.streams)
      must(receiveWindow + (this.unread.get(id) ?? 0) <= windowTarget, 'law 2 holds');
  }

  consume(id: number, bytes: number): void {
    const held = this.unread.get(id) ?? 0;
    const taken = Math.min(held, bytes);
    this.connection.consumed(id, taken);
    this.unread.set(id, held - taken);
  }
}

const step = fc.tuple(
  fc.constantFrom(
    'deliver',
    'deliver',
    'deliver',
    'send',
    'send',
    'send',
    'end',
    'read',
    'read',
    'open',
    'open',
    'reset',
    'stop',
    'trailers',
    'wait',
  ),
  fc.boolean(),
  fc.nat(9),
  fc.nat(20_000),
);

function run(adaptive: boolean, budget: number, steps: readonly [string, boolean, number, number][]): void {
  const client = new End('client', adaptive, budget);
  const server = new End('server', adaptive, budget);
  let now = 0;
  const flush = (): void => {
    server.inbox.push(...client.connection.take().map((bytes) => bytes.slice()));
    client.inbox.push(...server.connection.take().map((bytes) => bytes.slice()));
    client.check();
    server.check();
  };
  /** At most so many bytes of the next piece, so that frames are cut anywhere. */
  const deliver = (to: End, most: number): boolean => {
    const piece = to.inbox.shift();
    if (piece === undefined) return false;
    if (piece.byteLength > most) to.inbox.unshift(piece.subarray(most));
    for (const event of to.connection.receive(piece.subarray(0, most), now)) to.note(event);
    flush();
    return true;
  };
  const head = (end: End, id: number): void => {
    if (end === client || end.answered.has(id)) return;
    end.answered.add(id);
    end.connection.sendHeaders(id, [[':status', '200']], false);
  };
  flush();
  for (const [what, which, pick, n] of steps) {
    const end = which ? client : server;
    const ids = [...end.live];
    const id = ids[pick % Math.max(1, ids.length)];
    if (what === 'deliver') deliver(end, n + 1);
    else if (what === 'wait') now += n / 100;
    else if (what === 'open') {
      if (client.connection.canOpen) client.live.add(client.connection.openStream(POST, false));
    } else if (id !== undefined) {
      if (what === 'read') end.consume(id, n);
      else if (what === 'reset') {
        end.connection.reset(id, CANCEL);
        end.live.delete(id);
        end.unread.delete(id);
      } else if (what === 'stop') {
        end.connection.stopReading(id);
        end.unread.delete(id);
      } else if (end.connection.state(id) !== undefined) {
        head(end, id);
        if (what === 'send') end.connection.sendData(id, new Uint8Array(n), false);
        if (what === 'end') end.connection.sendData(id, new Uint8Array(0), true);
        if (what === 'trailers') end.connection.sendTrailers(id, [['a', 'b']]);
      }
    }
    flush();
  }
  // Everything arrives, both sides give up what is left, and what was read before is read.
  const settle = (): void => {
    while (deliver(client, 1e9) || deliver(server, 1e9));
  };
  settle();
  for (const end of [client, server]) {
    for (const [id, held] of end.unread) end.consume(id, held);
    for (const { id } of end.connection.stats.streams) end.connection.reset(id, CANCEL);
    flush();
  }
  settle();
  for (const end of [client, server]) {
    for (const [id, held] of end.unread) end.consume(id, held);
    flush();
  }
  settle();
  for (const [end, other] of [
    [client, server],
    [server, client],
  ] as const) {
    const { stats } = end.connection;
    expect([stats.unread, stats.streams]).toEqual([0, []]);
    // What is not credited yet is less than a third of the budget, and the peer sees the same window.
    expect(stats.receiveWindow).toBeGreaterThanOrEqual(Math.floor((stats.budget * 2) / 3));
    expect(other.connection.stats.sendWindow).toBe(stats.receiveWindow);
  }
}

describe('two connections with each other', () => {
  it.each([
    [false, 65_535],
    [true, 65_535],
    [false, 1 << 20],
    [true, 1 << 20],
  ])(
    'keep law 2 and the budget at every step, and leak no credit: adaptive %s, budget %i',
    (adaptive, budget) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => run(adaptive, budget, steps)),
        { numRuns: 60 },
      );
    },
  );
});
