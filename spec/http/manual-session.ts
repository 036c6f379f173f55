import { concat } from '../../lib/bytes/concat.ts';
import { clientSettings } from '../../lib/http/client-settings.ts';
import type { Failure } from '../../lib/http/connection-base.ts';
import { Http2Session } from '../../lib/http/http2-session.ts';
import type { ServeOptions } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { Http2Connection, type Http2Event, type Http2Options } from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

/** One session, and at the other end of its transport a codec that the spec drives. */
export function manualSession(
  side: 'server' | 'client',
  options: ServeOptions = {},
  others: Partial<Http2Options> = {},
) {
  const clock = virtualClock();
  const io = new ManualTransport();
  const given = { clock, ...options };
  const settings = side === 'server' ? serverSettings(given, true) : clientSettings(given, true, false);
  const seen = { ended: [] as Failure[], events: [] as Http2Event[], requests: [] as Http2Event[] };
  const role = {
    changed: () => {},
    ended: (failure: Failure) => void seen.ended.push(failure),
    request: (event: Http2Event) => void seen.requests.push(event),
  };
  const session = new Http2Session(io, role, side, settings);
  const peer = new Http2Connection({ role: side === 'server' ? 'client' : 'server', ...others });
  session.start();
  peer.initiate();

  /** Lets both say all that they have to say; gives what the peer's codec heard. */
  const exchange = async (): Promise<Http2Event[]> => {
    for (;;) {
      await turns();
      const written = io.written();
      if (written.byteLength > 0) seen.events.push(...peer.receive(written));
      const back = concat(peer.take()).slice();
      if (back.byteLength > 0) io.give(back);
      else if (written.byteLength === 0) return seen.events.splice(0);
    }
  };
  /** Opens stream 1 of a server, with its response's head sent. */
  const stream = async (): Promise<number> => {
    const id = peer.openStream(
      [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':authority', 'a.test'],
        [':path', '/'],
      ],
      true,
    );
    await exchange();
    session.codec.sendHeaders(id, [[':status', '200']], false);
    return id;
  };
  return { clock, exchange, io, peer, seen, session, settings, stream };
}

/** The bytes of DATA, stream by stream, and whether it has ended. */
export const dataOf = (events: readonly Http2Event[]): [bytes: number, ended: boolean] => [
  events.reduce((sum, event) => sum + (event.type === 'data' ? event.data.byteLength : 0), 0),
  events.some((event) => event.type === 'trailers' || ('endStream' in event && event.endStream)),
];
