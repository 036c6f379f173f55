import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { respond, serveConnection, type Transport } from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { block, frame, GET, PREFACE, SETTINGS } from '../http2/conformance.ts';
import { turns } from './raw-peer.ts';

const HTTP1 = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
const HTTP2 = concat([PREFACE, SETTINGS, frame(4, 1, 0), frame(1, 5, 1, block(GET))]);

/** A served request, whose response the transport has taken and not flushed. */
function start(protocol: 'http/1.1' | 'h2', writeTimeout: number | undefined) {
  const clock = virtualClock();
  const input = [protocol === 'h2' ? HTTP2 : HTTP1];
  const transport = { flush: (): void => {}, aborted: undefined as unknown[] | undefined };
  const io: Transport = {
    read: () => input.pop() ?? new Promise(() => {}),
    write: () => {},
    close: () => new Promise((resolve) => void (transport.flush = resolve)),
    abort: (...reason) => void (transport.aborted ??= reason),
    closed: new Promise(() => {}),
    flushed: false,
  };
  const connection = serveConnection(io, () => respond('last'), { protocol, clock, writeTimeout });
  connection.closed.catch(() => {});
  return { clock, connection, transport };
}

describe.each(['http/1.1', 'h2'] as const)(
  '%s: a client takes its time for the last of a response',
  (protocol) => {
    /** The response is written, and the connection is to end. */
    const ending = async (
      clock: ReturnType<typeof virtualClock>,
      connection: ReturnType<typeof serveConnection>,
    ): Promise<void> => {
      await turns();
      if (protocol === 'http/1.1') return;
      // The second step of a graceful end does not wait longer for the peer.
      connection.close().catch(() => {});
      await clock.advance(1000);
    };

    it.each([undefined, 60_000])(
      'the connection drains once it is flushed, writeTimeout %p',
      async (writeTimeout) => {
        const { clock, connection, transport } = start(protocol, writeTimeout);
        await ending(clock, connection);
        await clock.advance(59_999);
        expect(transport.aborted).toBeUndefined();
        transport.flush();
        await turns();
        await clock.advance(999);
        expect(transport.aborted).toBeUndefined();
        await clock.advance(1);
        await connection.closed;
        expect(transport.aborted).toEqual([]);
        expect(clock.pending).toBe(0);
      },
    );

    it('writeTimeout ends the wait, and what the client has so far does not look like all of it', async () => {
      const { clock, connection, transport } = start(protocol, 60_000);
      await ending(clock, connection);
      await clock.advance(60_000);
      await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
      expect(transport.aborted).toEqual([expect.objectContaining({ code: 'ERR_STALL_TIMEOUT' })]);
      expect(clock.pending).toBe(0);
    });

    it('abort ends the wait', async () => {
      const { clock, connection, transport } = start(protocol, undefined);
      await ending(clock, connection);
      connection.abort();
      await turns();
      expect(transport.aborted).toBeDefined();
      expect(clock.pending).toBe(0);
    });
  },
);
