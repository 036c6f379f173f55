import { AutoServer } from './auto-server.ts';
import { checkHandler } from './check-handler.ts';
import type { Protocol, ServerConnection } from './connection.ts';
import { duplexTransport } from './duplex-transport.ts';
import type { Handler } from './handler.ts';
import { Http1Server } from './http1-server.ts';
import { Http2Server } from './http2-server.ts';
import { isDuplex } from './is-duplex.ts';
import type { ServeOptions } from './serve-options.ts';
import { type ServerSettings, serverSettings } from './server-settings.ts';
import type { Duplex, Transport } from './transport.ts';

const servers: Readonly<
  Record<
    Protocol | 'auto',
    new (
      io: Transport,
      handler: Handler,
      settings: ServerSettings,
    ) => ServerConnection
  >
> = { 'http/1.1': Http1Server, h2: Http2Server, auto: AutoServer };

/**
 * Serves HTTP over any byte stream. Request bodies are read from it only while their reader has room, response bodies pulled
 * only while it takes bytes. A client that leaves aborts `request.signal`, errors the request body and cancels the response
 * body, all with one reason.
 *
 * @param io Two streams of any brand, or an adapter's Transport. It belongs to the connection from here on.
 * @param handler Answers a Request. What it throws becomes a 500 with an empty body and goes to `onError`.
 * @param options Sizes in bytes, times in ms.
 * @throws TypeError, RangeError for options that can't be.
 * @see RFC 9112, RFC 9113
 * @example
 * ```ts
 * import { openConnection, respond, serveConnection } from 'sluice/http';
 * import { duplexPair } from 'sluice/testing';
 *
 * const [there, here] = duplexPair();
 * serveConnection(there, (request) => respond(`${request.method} ${new URL(request.url).pathname}`));
 * const connection = openConnection(here);
 * const response = await connection.fetch('/hello');
 * console.log(response.status, await response.text()); // 200 GET /hello
 * await connection.close();
 * ```
 */
export function serveConnection(
  io: Duplex | Transport,
  handler: Handler,
  options: ServeOptions = {},
): ServerConnection {
  checkHandler(handler);
  const duplex = isDuplex(io);
  const settings = serverSettings(options, !duplex);
  const alpn = (duplex ? options.info : (io.info ?? options.info))?.alpn;
  const { protocol = 'auto' } = options;
  const Server = servers[protocol === 'auto' ? named(alpn) : protocol];
  return new Server(duplex ? duplexTransport(io, options.info) : io, handler, settings);
}

function named(alpn: string | undefined): Protocol | 'auto' {
  return alpn === 'h2' || alpn === 'http/1.1' ? alpn : 'auto';
}
