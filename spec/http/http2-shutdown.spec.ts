import { describe, expect, it } from '@jest/globals';
import type { ServeOptions } from '../../lib/http/mod.ts';
import type { ReceivedBody } from '../../lib/http/received-body.ts';
import { manualSession } from './manual-session.ts';
import { turns } from './raw-peer.ts';

function make(side: 'server' | 'client' = 'server', options: ServeOptions = {}) {
  const it = manualSession(side, options);
  const lost: unknown[] = [];
  /** A stream of the peer's (of ours, for a client) is in use. */
  const use = async (incoming: ReceivedBody | null = null): Promise<number> => {
    const id = await it.stream();
    const bodies = { request: undefined, response: undefined };
    it.session.streams.add(id, {
      incoming,
      sender: null,
      bodies,
      reset: () => {},
      lose: (reason) => void lost.push(reason),
    });
    return id;
  };
  const goAways = async (): Promise<number[]> =>
    (await it.exchange()).flatMap((event) => (event.type === 'goaway' ? [event.lastStreamId] : []));
  return { ...it, goAways, lost, use, shutdown: it.session.shutdown };
}

describe('Http2Shutdown', () => {
  it('is graceful: announced once, then said which stream is the last, and over when nothing is open', async () => {
    const { clock, goAways, io, peer, seen, session, shutdown, use } = make();
    const id = await use();
    shutdown.close();
    shutdown.close();
    // The second came of the answer to a PING.
    expect([await goAways(), io.closes]).toEqual([[0x7fffffff, id], 0]);
    session.codec.sendData(id, new Uint8Array(0), true);
    session.forget(id);
    await goAways();
    expect([io.closes, seen.ended, shutdown.leaving, peer.finished]).toEqual([1, [], true, true]);
    io.give(null);
    await turns();
    expect([seen.ended, io.aborts, clock.pending]).toEqual([[null], ['no reason'], 0]);
    for (const how of ['close', 'eof', 'idle', 'forgot'] as const) shutdown[how]();
    shutdown.lose('late');
    expect([seen.ended, io.aborts.length, clock.pending]).toEqual([[null], 1, 0]);
  });

  it('does not wait for a peer that does not answer, nor for one that does not half-close', async () => {
    const { clock, io, peer, seen, shutdown } = make();
    await turns();
    shutdown.close();
    await clock.advance(999);
    shutdown.close();
    expect(io.closes).toBe(0);
    await clock.advance(1);
    expect([io.closes, seen.ended]).toEqual([1, []]);
    // It is told which stream is the last all the same.
    const last = peer.receive(io.written()).filter(({ type }) => type === 'goaway');
    expect(last).toMatchObject([{ lastStreamId: 0x7fffffff }, { lastStreamId: 0 }]);
    await clock.advance(1000);
    expect([seen.ended, io.aborts, clock.pending]).toEqual([[null], ['no reason'], 0]);
  });

  it.each([true, false])(
    'a peer that takes nothing keeps what is open, but nothing else; late %s',
    async (late) => {
      const { clock, io, seen, session, shutdown, use } = make();
      const id = await use();
      io.stuck = true;
      shutdown.close();
      await clock.advance(1000);
      expect(shutdown.finishing).toBe(false);
      session.forget(id);
      expect([shutdown.finishing, io.closes]).toEqual([true, 0]);
      const { length } = io.writes;
      // Its last words are written first, if it takes them in its time.
      if (late) io.take();
      else await clock.advance(1000);
      await turns();
      expect([io.writes.length - length, seen.ended, clock.pending]).toEqual(
        late ? [1, [], 1] : [0, [null], 0],
      );
    },
  );

  it('the peer leaves: what is open is lost, for one reason that says why it did', async () => {
    const { io, lost, seen, shutdown, use } = make();
    await use();
    shutdown.parting = 'The peer left, with code 11';
    io.give(null);
    await turns();
    const reason = expect.objectContaining({ code: 'ERR_CONNECTION_LOST', message: shutdown.parting });
    expect([lost, seen.ended]).toEqual([[reason], [{ reason: lost[0] }]]);
  });

  it('where a client may half-close, its complete requests are still answered', async () => {
    const { exchange, io, lost, seen, session, use } = make('server', { halfClose: true });
    const whole = await use();
    await use({ ended: false } as ReceivedBody);
    io.give(null);
    await turns();
    expect([lost.length, seen.ended, io.closes]).toEqual([1, [], 0]);
    session.codec.sendData(whole, new Uint8Array(0), true);
    session.forget(whole);
    await exchange();
    expect([io.closes, seen.ended]).toEqual([1, [{ reason: lost[0] }]]);
  });

  it('a server whose writes fail is lost; a client stops its uploads, and reads what came for a while', async () => {
    const server = make();
    await server.use();
    const cause = new Error('broken pipe');
    server.shutdown.deaf(cause);
    expect(server.lost).toEqual([expect.objectContaining({ code: 'ERR_CONNECTION_LOST', cause })]);
    const { clock, lost, seen, session, shutdown } = make('client');
    const stopped: unknown[] = [];
    session.streams.add(1, {
      incoming: null,
      sender: null,
      bodies: { request: undefined, response: undefined },
      reset: () => {},
      stopUpload: (reason) => void stopped.push(reason),
      lose: (reason) => void lost.push(reason),
    });
    shutdown.deaf(cause);
    await clock.advance(999);
    expect([stopped.length, lost, seen.ended]).toEqual([1, [], []]);
    await clock.advance(1);
    expect([lost, seen.ended, clock.pending]).toEqual([stopped, [{ reason: stopped[0] }], 0]);
  });

  it('is lost once, at once and with one reason', async () => {
    const { clock, io, lost, seen, shutdown, use } = make();
    await use();
    shutdown.close();
    shutdown.lose('first');
    shutdown.lose('second');
    shutdown.deaf(new Error('late'));
    expect([lost, seen.ended, io.aborts, clock.pending]).toEqual([
      ['first'],
      [{ reason: 'first' }],
      ['first'],
      0,
    ]);
    await turns();
    expect([seen.ended.length, clock.pending]).toEqual([1, 0]);
  });
});
