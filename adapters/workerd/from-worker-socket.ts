import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { concat } from '../../lib/bytes/concat.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import type { Transport, TransportInfo } from '../../lib/http/transport.ts';
import type { WorkerSocket } from './worker-api.ts';

const READ = 65_536;
/** Up to here a read is copied out of its buffer, which then serves the next. */
const SMALL = 16_384;

/**
 * A socket of `cloudflare:sockets` as a Transport. Every write is awaited, as nothing else gives backpressure there, and it
 * is read into buffers of 64 KiB: a plain read would give 4 KiB. It should have been made with `allowHalfOpen: true`. There
 * is no reset: a peer that is cut off sees the end of the connection.
 *
 * @param info What is known of the connection.
 * @see https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
 * @example
 * ```ts workerd
 * import { openConnection } from 'sluice/http';
 * import { fromWorkerSocket } from 'sluice/workerd';
 * import { connect } from 'cloudflare:sockets';
 *
 * const greet = async (hostname: string, port: number): Promise<Response> => {
 *   const socket = connect({ hostname, port }, { secureTransport: 'off', allowHalfOpen: true });
 *   const connection = openConnection(fromWorkerSocket(socket));
 *   return connection.fetch('/');
 * };
 * export default { fetch: () => new Response(typeof greet) };
 * ```
 */
export function fromWorkerSocket(socket: WorkerSocket, info: TransportInfo = {}): Transport {
  const reader = socket.readable.getReader({ mode: 'byob' });
  const writer = socket.writable.getWriter();
  const gone = deferred<void>();
  gone.promise.catch(ignore);
  for (const promise of [reader.closed, writer.ready, writer.closed, socket.opened]) promise.catch(ignore);
  let buffer: ArrayBuffer | undefined;
  let reason: { readonly value: unknown } | undefined;
  let ended = false;
  let finished = false;
  let writing: Deferred<void> | undefined;

  const fail = (error: unknown): unknown => {
    const value = reason ? reason.value : error;
    gone.reject(value);
    return value;
  };
  const closeWhenOver = (): void => {
    if (ended && finished) socket.close().catch(ignore);
  };
  socket.closed.then(() => gone.resolve(), fail);

  return {
    closed: gone.promise,
    info: { encrypted: socket.secureTransport === 'on', ...info },
    async read() {
      if (ended) return null;
      const view = new Uint8Array(buffer ?? new ArrayBuffer(READ));
      buffer = undefined;
      try {
        const { done, value } = await reader.read(view);
        if (reason) throw reason.value;
        if (done) {
          ended = true;
          closeWhenOver();
          return null;
        }
        if (value.byteLength > SMALL) return value;
        buffer = value.buffer;
        return value.slice();
      } catch (error) {
        throw fail(error);
      }
    },
    write(chunks) {
      if (reason) return Promise.reject(reason.value);
      const { promise, resolve, reject } = (writing = deferred());
      writer.write(concat(chunks)).then(resolve, (error) => reject(fail(error)));
      return promise;
    },
    async close() {
      if (finished) return;
      finished = true;
      await writer.close();
      closeWhenOver();
    },
    abort(why) {
      reason ??= { value: why ?? new ConnectionLostError('The connection was closed') };
      finished = true;
      writing?.reject(reason.value);
      // It waits for a write on its way; but a stream that is aborted keeps the connection until the request ends.
      socket.close().catch(ignore);
      if (why === undefined) gone.resolve();
      else gone.reject(why);
    },
  };
}
