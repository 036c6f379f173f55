import { deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { addressOf } from '../../lib/http/address-of.ts';
import type { Transport, TransportInfo } from '../../lib/http/transport.ts';
import { joined } from '../shared/joined.ts';
import type { DenoAddress, DenoConn } from './deno-api.ts';

const READ = 65_536;
/** Up to here a read is copied out of its buffer, which then serves the next. */
const SMALL = 16_384;

/**
 * A `Deno.Conn`, over TCP or TLS, as a Transport. It is read on demand: the kernel's queue is what fills when nobody reads.
 * Half-close is kept. Deno has no reset: a peer that is cut off sees the end of the connection.
 *
 * @param info What is known of TLS, for a connection that was made with it.
 * @see https://docs.deno.com/api/deno/~/Deno.Conn
 * @example
 * ```ts deno
 * import { openConnection, respond, serveConnection } from 'sluice/http';
 * import { fromConn } from 'sluice/deno';
 *
 * const listener = Deno.listen({ port: 0, hostname: '127.0.0.1' });
 * const conn = await Deno.connect({ port: listener.addr.port, hostname: '127.0.0.1' });
 * serveConnection(fromConn(await listener.accept()), () => respond('hello'));
 * const connection = openConnection(fromConn(conn));
 * console.log(await (await connection.fetch('/')).text()); // hello
 * await connection.close();
 * listener.close();
 * ```
 */
export function fromConn(conn: DenoConn, info: TransportInfo = {}): Transport {
  const { localAddr } = conn;
  const gone = deferred<void>();
  gone.promise.catch(ignore);
  let buffer: Uint8Array<ArrayBuffer> | undefined;
  let reason: { readonly value: unknown } | undefined;
  let ended = false;
  let finished = false;

  const release = (): void => {
    try {
      conn.close();
    } catch {
      // It is already.
    }
  };
  /** Deno frees a connection only when it is told to. */
  const releaseWhenOver = (): void => {
    if (!ended || !finished) return;
    release();
    gone.resolve();
  };
  const fail = (error: unknown): unknown => {
    const value = reason ? reason.value : error;
    gone.reject(value);
    return value;
  };

  return {
    closed: gone.promise,
    info: {
      remoteAddress: hostOf(conn.remoteAddr),
      localAddress: 'hostname' in localAddr ? addressOf(localAddr.hostname, localAddr.port) : undefined,
      encrypted: conn.handshake !== undefined,
      ...info,
    },
    async read(into) {
      if (ended) return null;
      const view = into ?? buffer ?? new Uint8Array(READ);
      buffer = undefined;
      try {
        const size = await conn.read(view);
        if (size === null) {
          ended = true;
          releaseWhenOver();
          return null;
        }
        if (into !== undefined || size > SMALL) return view.subarray(0, size);
        buffer = view as Uint8Array<ArrayBuffer>;
        return view.slice(0, size);
      } catch (error) {
        throw fail(error);
      }
    },
    async write(chunks) {
      try {
        for (const chunk of joined(chunks)) {
          for (let at = 0; at < chunk.byteLength; ) at += await conn.write(chunk.subarray(at));
        }
      } catch (error) {
        throw fail(error);
      }
    },
    async close() {
      if (finished) return;
      finished = true;
      try {
        await conn.closeWrite();
      } catch (error) {
        release();
        throw fail(error);
      }
      releaseWhenOver();
    },
    abort(why) {
      reason ??= { value: why ?? new ConnectionLostError('The connection was closed') };
      finished = true;
      release();
      if (why === undefined) gone.resolve();
      else gone.reject(why);
    },
  };
}

function hostOf(address: DenoAddress): string | undefined {
  return 'hostname' in address ? address.hostname : undefined;
}
