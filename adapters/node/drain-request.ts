import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { ServerSettings } from '../../lib/http/server-settings.ts';
import { destroyLater } from './destroy-later.ts';

/**
 * Takes care of a request body that is not read to its end when the reply has been sent. Up to `drainLimit` bytes are read and
 * dropped, so that the connection can be used again. Past them (or when nothing comes) the connection is half-closed, goes on
 * dropping for `drainTimeout` ms so that a client which still sends gets the reply, and is then closed: a plain close can destroy
 * the reply (RFC 9112 section 9.6).
 */
export function drainRequest(
  req: IncomingMessage,
  http2: ServerHttp2Stream | undefined,
  { drainLimit, drainTimeout }: ServerSettings,
): void {
  // The reply has ended the stream; NO_ERROR tells the client to stop sending (RFC 9113 section 8.1).
  if (http2) return http2.close(0);
  const { socket } = req;
  let left = drainLimit;
  const half = (): void => {
    if (socket.writableEnded) return;
    // Queued behind the reply.
    socket.end();
    destroyLater(socket, drainTimeout);
  };
  // Node forgets a request whose response is finished: only the socket tells of its loss.
  req
    .on('data', (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left < 0) half();
    })
    .on('end', destroyLater(socket, drainTimeout, half))
    .resume();
}
