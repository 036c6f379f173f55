import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { destroyLater } from './destroy-later.ts';

/**
 * Takes care of a request body that is not read to its end when the reply has been sent. Up to `limit` bytes are read and
 * dropped, so that the connection can be used again. Past them (or when nothing comes) the connection is half-closed, goes on
 * dropping for `timeout` ms so that a client which still sends gets the reply, and is then closed: a plain close can destroy
 * the reply (RFC 9112 section 9.6).
 */
export function drainRequest(
  req: IncomingMessage,
  res: ServerResponse,
  http2: ServerHttp2Stream | undefined,
  limit: number,
  timeout: number,
): void {
  if (req.complete) return;
  if (http2) {
    // The reply has ended the stream; NO_ERROR tells the client to stop sending (RFC 9113 section 8.1).
    if (!http2.destroyed) http2.close(0);
    return;
  }
  const { socket } = req;
  if (req.destroyed || socket.destroyed || (res.destroyed && !res.writableFinished)) return;
  let dropped = 0;
  const half = (): void => {
    if (socket.writableEnded) return;
    // Queued behind the reply.
    socket.end();
    destroyLater(socket, timeout);
  };
  const timer = setTimeout(half, timeout);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('close', stop);
    req.off('data', onData).off('end', stop);
  };
  const onData = (chunk: Buffer): void => {
    dropped += chunk.byteLength;
    if (dropped > limit) half();
  };
  // Node forgets a request whose response is finished: only the socket tells of its loss.
  socket.on('close', stop);
  req.on('end', stop).on('data', onData).resume();
}
