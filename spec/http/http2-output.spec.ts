import { describe, expect, it } from '@jest/globals';
import { Http2Output } from '../../lib/http/http2-output.ts';
import { Http2Connection } from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

const KIB = 1024;
/** A PING, whole. */
const PING = 17;

function make(writeTimeout?: number) {
  const io = new ManualTransport();
  const clock = virtualClock();
  const codec = new Http2Connection({ role: 'server' });
  const heard: unknown[] = [];
  const output = new Http2Output(
    io,
    codec,
    { clock, writeTimeout },
    {
      idle: () => heard.push('idle'),
      deaf: (error) => heard.push(['deaf', error]),
      lose: ({ code }) => heard.push(code),
    },
  );
  /** Takes a turn for each of these sizes, in PINGs, a byte more than that. */
  const sending = (name: string, ...sizes: number[]) => ({
    urgency: 3,
    turn() {
      const size = sizes.shift() ?? 0;
      heard.push(name);
      for (let sent = 0; sent <= size; sent += PING) codec.ping(new Uint8Array(8));
      if (sizes.length > 0) output.ready(this);
    },
  });
  return { clock, codec, heard, io, output, sending };
}

describe('Http2Output', () => {
  it('what is woken in one turn goes out together, a turn later', async () => {
    const { codec, heard, io, output, sending } = make();
    codec.ping(new Uint8Array(8));
    output.wake();
    output.ready(sending('a', 0));
    output.wake();
    expect(io.writes).toEqual([]);
    output.pumpNow();
    expect(io.writes).toEqual([]);
    await turns();
    expect([io.writes, heard]).toEqual([[2 * PING], ['a', 'idle']]);
    codec.ping(new Uint8Array(8));
    output.pumpNow();
    expect(io.writes).toEqual([2 * PING, PING]);
  });

  it('waits for what may come at once, and for no more: not where a batch is full', async () => {
    const { codec, heard, io, output, sending } = make();
    output.expecting = 1;
    codec.ping(new Uint8Array(8));
    output.wake();
    await undefined;
    await undefined;
    expect(io.writes).toEqual([]);
    await turns();
    expect([io.writes, heard]).toEqual([[PING], ['idle']]);
    output.ready(sending('a', 128 * KIB));
    await undefined;
    await undefined;
    expect(io.writes).toHaveLength(2);
  });

  it('batches grow while the transport takes them at once, up to 256 KiB, and shrink where it does not', async () => {
    const { codec, io, output } = make();
    const grown: number[] = [];
    for (let n = 0; n < 4; n++) {
      grown.push(output.share / KIB);
      codec.ping(new Uint8Array(8));
      output.write();
    }
    for (let n = 0; n < 4; n++) {
      io.stuck = true;
      codec.ping(new Uint8Array(8));
      output.write();
      grown.push(output.share / KIB);
      io.take();
      await turns();
    }
    expect(grown).toEqual([64, 128, 256, 256, 128, 64, 64, 64]);
  });

  it('a share is what is left of the batch, or a frame where others wait or nothing is left', () => {
    const { codec, output, sending } = make();
    codec.ping(new Uint8Array(8));
    expect(output.share).toBe(64 * KIB - PING);
    for (let n = 0; n < 64 * KIB; n += PING) codec.ping(new Uint8Array(8));
    expect(output.share).toBe(16 * KIB);
    codec.take();
    output.ready(sending('a'));
    expect(output.share).toBe(16 * KIB);
  });

  it('gives no turn while the transport has no room, and calls back for what was queued by then', async () => {
    const { codec, heard, io, output, sending } = make();
    io.stuck = true;
    codec.ping(new Uint8Array(8));
    output.whenWritten(() => heard.push('first'));
    output.pump();
    output.whenWritten(() => heard.push('second'));
    output.ready(sending('a', 0));
    await turns();
    expect([heard, io.writes]).toEqual([[], [PING]]);
    io.take();
    await turns();
    expect([heard, io.writes]).toEqual([
      ['first', 'a', 'second', 'idle'],
      [PING, PING],
    ]);
  });

  it('turns go round until a batch is full', async () => {
    const { heard, io, output, sending } = make();
    output.ready(sending('a', 40 * KIB, 1));
    output.ready(sending('b', 40 * KIB, 1));
    io.stuck = true;
    await turns();
    expect([heard, io.writes.length]).toEqual([['a', 'b'], 1]);
    io.take();
    await turns();
    expect(heard).toEqual(['a', 'b', 'a', 'b', 'idle']);
  });

  it('a write that fails is the last one, and what waits for it is not told that it was taken', async () => {
    const { codec, heard, io, output, sending } = make();
    const failure = new Error('broke');
    io.lose(failure);
    codec.ping(new Uint8Array(8));
    output.whenWritten(() => heard.push('written'));
    output.pump();
    output.ready(sending('a', 0));
    await turns();
    expect([heard, output.deaf, io.writes]).toEqual([[['deaf', failure]], true, []]);
  });

  it('one that takes too long is a loss, and stopped it says nothing more', async () => {
    const { clock, codec, heard, io, output } = make(100);
    io.stuck = true;
    codec.ping(new Uint8Array(8));
    output.pump();
    await clock.advance(100);
    expect([heard, clock.pending]).toEqual([['ERR_STALL_TIMEOUT'], 0]);
    output.stopped = true;
    codec.ping(new Uint8Array(8));
    io.take();
    output.wake();
    await turns();
    expect([heard.length, io.writes]).toEqual([1, [PING]]);
  });
});
