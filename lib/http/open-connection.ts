import { type ClientSettings, clientSettings } from './client-settings.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { ClientConnection, Protocol } from './connection.ts';
import { duplexTransport } from './duplex-transport.ts';
import { Http1Client } from './http1-client.ts';
import { Http2Client } from './http2-client.ts';
import { isDuplex } from './is-duplex.ts';
import type { Duplex, Transport } from './transport.ts';

const clients: Readonly<Record<Protocol, new (io: Transport, settings: ClientSettings) => ClientConnection>> =
  { 'http/1.1': Http1Client, h2: Http2Client };

/**
 * Opens an HTTP client over any byte stream. Response bodies are read from it only while their reader has room. On HTTP/1.1
 * calls wait for each other, first in, first out; on HTTP/2 only for the server's stream limit.
 *
 * @param io Two streams of any brand, or an adapter's Transport. It belongs to the connection from here on.
 * @param options Sizes in bytes, times in ms.
 * @throws TypeError, RangeError for options that can't be.
 * @see RFC 9112, RFC 9113
 * @example
 * ```ts
 * import { openConnection, serveConnection } from 'sluice/http';
 * import { duplexPair } from 'sluice/testing';
 *
 * const [there, here] = duplexPair();
 * serveConnection(there, async (request) => new Response(`you sent ${(await request.arrayBuffer()).byteLength} bytes`));
 * const connection = openConnection(here);
 * const response = await connection.fetch('/upload', { method: 'POST', body: 'abc' });
 * console.log(await response.text()); // you sent 3 bytes
 * await connection.close();
 * ```
 */
export function openConnection(io: Duplex | Transport, options: ConnectOptions = {}): ClientConnection {
  const duplex = isDuplex(io);
  const info = duplex ? options.info : (io.info ?? options.info);
  const settings = clientSettings(options, !duplex, info?.encrypted ?? false);
  const { protocol = 'auto' } = options;
  const chosen = protocol === 'auto' ? (info?.alpn === 'h2' ? 'h2' : 'http/1.1') : protocol;
  return new clients[chosen](duplex ? duplexTransport(io, options.info) : io, settings);
}
