import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat } from '../../../lib/bytes/concat.ts';
import { FlowControl, FrameReader, Http2Connection } from '../../../lib/http2/mod.ts';
import { block, frame, GET, PREFACE, SETTINGS, u32 } from '../conformance.ts';

describe('FlowControl', () => {
  it('gives credit at half of the target, or when the window is empty', () => {
    const flow = new FlowControl({
      highWaterMark: 65_535,
      connectionBudget: 65_535,
      maxWindow: 65_535,
      maxConcurrentStreams: 1,
    });
    const window = flow.open();
    expect(flow.receive(flow.connection, 65_535) && flow.receive(window, 65_535)).toBe(true);
    expect(flow.receive(flow.connection, 1)).toBe(false);
    flow.consume(window, 1);
    expect([flow.credit(window), flow.credit(flow.connection)]).toEqual([1, 1]);
    flow.consume(window, 32_767);
    expect(flow.credit(window)).toBe(0);
    flow.consume(window, 1);
    expect(flow.credit(window)).toBe(32_768);
  });

  it('gives the connection credit at half of what the peer has left, and always of the whole budget', () => {
    const flow = new FlowControl({
      highWaterMark: 65_535,
      connectionBudget: 100_000,
      maxWindow: 65_535,
      maxConcurrentStreams: 1,
    });
    const { connection } = flow;
    expect(flow.credit(connection)).toBe(34_465);
    expect(flow.receive(connection, 100_000)).toBe(true);
    expect(connection.target).toBe(100_000);
    flow.consume(undefined, 60_000);
    expect(flow.credit(connection)).toBe(60_000);
    flow.consume(undefined, 29_999);
    expect(flow.credit(connection)).toBe(0);
    flow.consume(undefined, 1);
    expect(flow.credit(connection)).toBe(30_000);
  });
});

describe('a window that our SETTINGS made negative', () => {
  it('takes a frame without bytes, and no other', () => {
    const server = new Http2Connection({ role: 'server', highWaterMark: 5000 });
    server.initiate();
    const bytes = [PREFACE, SETTINGS, frame(1, 4, 1, block([[':method', 'POST'], ...GET.slice(1)]))];
    for (const piece of [...bytes, frame(0, 0, 1, new Uint8Array(5001)), frame(4, 1, 0)])
      server.receive(piece, 0);
    expect(server.stats.streams[0]).toMatchObject({ receiveWindow: -1, windowTarget: 5000 });
    expect(server.receive(frame(0, 0, 1, [1]).slice(0, 9), 0)).toMatchObject([
      { type: 'reset', errorCode: 3 },
    ]);
    const again = new Http2Connection({ role: 'server', highWaterMark: 5000 });
    again.initiate();
    for (const piece of [...bytes, frame(0, 0, 1, new Uint8Array(5001)), frame(4, 1, 0)])
      again.receive(piece, 0);
    expect(again.receive(frame(0, 1, 1), 0)).toMatchObject([{ type: 'data', endStream: true }]);
  });
});

/** A raw peer that sends within its windows, or what it is told, and counts. */
function schedule(adaptiveWindow: boolean): fc.IProperty<[[number, number, number][]]> {
  const step = fc.tuple(
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 16_384 }),
  );
  return fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
    const budget = 1 << 20;
    const server = new Http2Connection({
      role: 'server',
      connectionBudget: budget,
      adaptiveWindow,
      maxConcurrentStreams: 6,
    });
    const reader = new FrameReader(1 << 24);
    const windows = new Map<number, number>([[0, 65_535]]);
    const unread = new Map<number, number>();
    const pings: Uint8Array[] = [];
    let now = 0;
    const feed = (bytes: Uint8Array): void => {
      for (const event of server.receive(bytes, now)) {
        expect(event.type).not.toBe('error');
        if (event.type === 'data')
          unread.set(event.streamId, (unread.get(event.streamId) ?? 0) + event.data.byteLength);
      }
      drain();
    };
    const drain = (): void => {
      reader.push(concat(server.take()));
      for (let f = reader.next(); f !== undefined; f = reader.next()) {
        if (f.type === 8)
          windows.set(
            f.streamId,
            (windows.get(f.streamId) ?? 0) +
              ((f.payload[0] ?? 0) * 2 ** 24 +
                ((f.payload[1] ?? 0) << 16) +
                ((f.payload[2] ?? 0) << 8) +
                (f.payload[3] ?? 0)),
          );
        if (f.type === 6 && (f.flags & 1) === 0) pings.push(f.payload.slice());
      }
      const { stats } = server;
      expect(stats.unread + stats.receiveWindow).toBeLessThanOrEqual(budget);
      expect(stats.receiveWindow).toBe(windows.get(0));
      for (const stream of stats.streams) {
        expect(stream.receiveWindow).toBe(windows.get(stream.id));
        expect(stream.receiveWindow + (unread.get(stream.id) ?? 0)).toBeLessThanOrEqual(stream.windowTarget);
        if (!adaptiveWindow) expect(stream.windowTarget).toBe(65_536);
      }
    };
    server.initiate();
    feed(PREFACE);
    feed(SETTINGS);
    feed(frame(4, 1, 0));
    const head = block([[':method', 'POST'], ...GET.slice(1)]);
    for (let id = 1; id < 13; id += 2) {
      windows.set(id, 65_536);
      feed(frame(1, 4, id, head));
    }
    for (const [what, which, n] of steps) {
      const id = 2 * which + 1;
      if (what < 3 && server.state(id) !== undefined) {
        const size = Math.min(n, windows.get(id) ?? 0, windows.get(0) ?? 0);
        if (size === 0) continue;
        windows.set(id, (windows.get(id) ?? 0) - size);
        windows.set(0, (windows.get(0) ?? 0) - size);
        feed(
          what === 0 && size < 16_000 && size > 9
            ? frame(0, 8, id, [8, ...new Uint8Array(size - 1)])
            : frame(0, 0, id, new Uint8Array(size)),
        );
      } else if (what < 5) {
        const taken = what === 3 ? (unread.get(id) ?? 0) : Math.min(n, unread.get(id) ?? 0);
        server.consumed(id, taken);
        unread.set(id, (unread.get(id) ?? 0) - taken);
        drain();
      } else if (what === 5) {
        now += n % 50;
        for (const opaque of pings.splice(0)) feed(frame(6, 1, 0, opaque));
      } else if (n < 200) {
        server.reset(id, 8);
        unread.set(id, 0);
        drain();
      }
    }
    for (let id = 1; id < 13; id += 2) server.reset(id, 8);
    expect(server.stats.unread).toBe(0);
  });
}

describe('the windows of a connection', () => {
  it.each([false, true])('keep law 2 and the budget at every step, adaptive %s', (adaptive) => {
    fc.assert(schedule(adaptive), { numRuns: 40 });
  });

  it('send exactly what a peer gave', () => {
    const server = new Http2Connection({ role: 'server' });
    server.receive(PREFACE, 0);
    server.receive(frame(4, 0, 0, [0, 4, ...u32(1)]), 0);
    server.receive(frame(1, 5, 1, block(GET)), 0);
    server.sendHeaders(1, [[':status', '200']], false);
    expect(server.sendData(1, new Uint8Array(100_000), true)).toBe(1);
    expect(server.receive(frame(4, 0, 0, [0, 4, ...u32(0)]), 0)).toHaveLength(1);
    expect(server.stats.streams[0]?.sendWindow).toBe(-1);
    expect(server.receive(frame(8, 0, 1, u32(1)), 0)).toEqual([]);
    expect(server.receive(frame(8, 0, 1, u32(0x7ffffff0)), 0)).toEqual([{ type: 'window', streamId: 1 }]);
    expect(server.sendData(1, new Uint8Array(100_000), true)).toBe(65_534);
    expect(server.sendable(1)).toBe(0);
  });

  it('grow for a stream that fills the path and is read, and not for one that is not', () => {
    const server = new Http2Connection({ role: 'server' });
    server.initiate();
    for (const bytes of [
      PREFACE,
      SETTINGS,
      frame(4, 1, 0),
      frame(1, 4, 1, block(GET)),
      frame(1, 4, 3, block(GET)),
    ])
      server.receive(bytes, 0);
    let now = 0;
    for (let round = 0; round < 3; round++) {
      server.take();
      for (let i = 0; i < 4; i++) {
        server.receive(frame(0, 0, 1, new Uint8Array(12_000)), now);
        server.consumed(1, 12_000);
        if (round === 0) server.receive(frame(0, 0, 3, new Uint8Array(12_000)), now);
      }
      now += 40 / (round + 1);
      server.receive(frame(6, 1, 0, [0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, 1]), now);
    }
    expect(server.stats.streams.map(({ windowTarget }) => windowTarget)).toEqual([131_072, 65_536]);
  });
});
