import { BodyStream } from '../../lib/body/body-stream.ts';
import { checkBytes } from '../../lib/body/check-bytes.ts';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import {
  leavePort,
  type Port,
  type PortLike,
  postReason,
  type ToReader,
  unpackReason,
} from './port-messages.ts';

export interface FromMessagePortOptions {
  /** Bytes that may be on their way or wait here, from the first read on. At least 1. Default 64 KiB. */
  highWaterMark?: number | undefined;
  /** Exact bytes in total, where known. It does not cross by itself. */
  byteLength?: number | undefined;
  /** Aborting errors the body with the signal's reason and cancels the other side with it. */
  signal?: AbortSignal | undefined;
}

/**
 * The body that the other end of a port gives with `toMessagePort`. Nothing is asked for before the first read; from then on
 * at most `highWaterMark` bytes are on their way or wait here.
 *
 * @throws RangeError or TypeError at the call for a highWaterMark that is no count of bytes from 1 on, or what is no port. The stream errors with
 *   what the body fails with there, by name and code; with ConnectionLostError (`ERR_CONNECTION_LOST`) when the other end is
 *   closed, where the runtime tells.
 */
export function fromMessagePort(port: Port, options: FromMessagePortOptions = {}): BodyStream {
  const { highWaterMark = 65_536, byteLength, signal } = options;
  checkBytes(highWaterMark, 'highWaterMark', 1);
  checkMethod(port, 'a port', 'a MessagePort', 'postMessage');
  const io = port as unknown as PortLike;
  const queue: Uint8Array[] = [];
  let over: { readonly error?: unknown } | undefined;
  let trailers: Headers | undefined;
  let waiting: Deferred<void> | undefined;
  /** Bytes that were read, or never asked for: what the next credit may be. */
  let owed = highWaterMark;

  const finish = (how: { readonly error?: unknown }, close = true): void => {
    over ??= how;
    leavePort(io, { message: listen, close: lose }, close);
    waiting?.resolve();
  };
  const listen = ({ data }: MessageEvent): void => {
    const message = data as ToReader;
    if ('chunk' in message) {
      queue.push(message.chunk);
      waiting?.resolve();
    } else if ('end' in message) {
      if (message.end) trailers = new Headers(message.end as [string, string][]);
      finish({});
    } else finish({ error: unpackReason(message.error) });
  };
  const lose = (): void => finish({ error: new ConnectionLostError('The other end of the port has gone') });
  io.addEventListener('message', listen);
  io.addEventListener('close', lose);

  return new BodyStream(
    {
      async pull() {
        for (;;) {
          const chunk = queue.shift();
          owed += chunk?.byteLength ?? 0;
          // As HTTP/2 does (RFC 9113 section 5.2): half of it at once, or when the other side can have none left.
          if (!over && owed > 0 && (2 * owed >= highWaterMark || !chunk)) {
            io.start();
            io.postMessage({ credit: owed }, []);
            owed = 0;
          }
          if (chunk) return chunk;
          if (over && 'error' in over) throw over.error;
          if (over) return null;
          waiting = deferred();
          await waiting.promise;
        }
      },
      cancel(reason) {
        if (over) return;
        postReason(io, 'cancel', reason);
        finish({}, false);
      },
      byteLength,
      get trailers() {
        return trailers;
      },
    },
    { signal },
  );
}
