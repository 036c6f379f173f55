import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import { addressOf } from '../../lib/http/address-of.ts';
import { CallbackTransport } from '../../lib/http/callback-transport.ts';
import { inTurns } from '../../lib/http/in-turns.ts';
import type { Transport, TransportInfo } from '../../lib/http/transport.ts';
import { joined } from '../shared/joined.ts';
import type { BunSocket, BunSocketHandlers } from './bun-api.ts';

const transports = new WeakMap<BunSocket, BunTransport>();

/**
 * The callbacks of sockets that are Transports: `Bun.listen` gets them next to its `open`, as all sockets of a listener share
 * theirs. Each socket is found by itself.
 */
export const bunSocketHandlers: BunSocketHandlers = {
  data: (socket, chunk) => transports.get(socket)?.onData(chunk),
  drain: (socket) => transports.get(socket)?.onDrain(),
  end: (socket) => transports.get(socket)?.onEnd(),
  error: (socket, error) => transports.get(socket)?.onClose(error),
  close: (socket, error) => transports.get(socket)?.onClose(error),
};

/**
 * A socket of `Bun.listen` or `Bun.connect` as a Transport. It is paused while nobody reads, so that the kernel's queue is
 * what fills, and a write that the kernel took in part goes on when it drains. A socket of `Bun.connect` gets new callbacks; a
 * listener has to have `bunSocketHandlers`, and each of its sockets is made a Transport in `open`. The socket should allow
 * half-open connections.
 *
 * @param encrypted Whether it is one of TLS, which Bun does not tell.
 * @see https://bun.com/docs/api/tcp
 * @example
 * ```ts bun
 * import { openConnection, respond, serveConnection } from 'sluice/http';
 * import { bunSocketHandlers, fromBunSocket } from 'sluice/bun';
 *
 * const shared = { hostname: '127.0.0.1', allowHalfOpen: true };
 * const open = (socket: never) => void serveConnection(fromBunSocket(socket), () => respond('hello'));
 * const listener = Bun.listen({ ...shared, port: 0, socket: { ...bunSocketHandlers, open } });
 * const socket = await Bun.connect({ ...shared, port: listener.port, socket: { data() {} } });
 * const connection = openConnection(fromBunSocket(socket));
 * console.log(await (await connection.fetch('/')).text()); // hello
 * await connection.close();
 * listener.stop();
 * ```
 */
export function fromBunSocket(socket: BunSocket, encrypted = false): Transport {
  const transport = new BunTransport(socket, encrypted);
  transports.set(socket, transport);
  if (!socket.listener) socket.reload({ socket: bunSocketHandlers });
  return transport;
}

class BunTransport extends CallbackTransport implements Transport {
  readonly closed: Promise<void>;
  readonly info: TransportInfo;
  readonly #socket: BunSocket;
  readonly #gone: Deferred<void> = deferred();
  /** What the kernel has not taken. */
  #rest: Uint8Array[] = [];
  #finished = false;
  readonly #took = inTurns(setImmediate);

  constructor(socket: BunSocket, encrypted: boolean) {
    super();
    this.#socket = socket;
    this.closed = this.#gone.promise;
    this.closed.catch(ignore);
    const { remoteAddress, localAddress, localPort, alpnProtocol } = socket;
    this.info = {
      remoteAddress,
      localAddress: localAddress && addressOf(localAddress, localPort),
      encrypted,
      alpn: alpnProtocol || undefined,
    };
    socket.pause();
  }

  write(chunks: Uint8Array[]): void | Promise<void> {
    if (this.failure !== null) throw this.failure.error;
    this.#rest = [...joined(chunks)];
    return this.#flush() ? this.#took(chunks) : this.full();
  }

  async close(): Promise<void> {
    if (this.#finished) return;
    if (this.failure !== null) throw this.failure.error;
    if (this.#rest.length > 0) await this.full();
    this.#finished = true;
    if (this.ended) this.#socket.end();
    else this.#socket.shutdown();
  }

  abort(reason?: unknown): void {
    this.#finished = true;
    this.#lose(reason ?? new ConnectionLostError('The connection was closed'));
    if (reason === undefined) this.#socket.end();
    else this.#socket.terminate();
  }

  onData(chunk: Uint8Array): void {
    this.#socket.pause();
    this.receive(chunk);
  }

  onDrain(): void {
    if (this.#flush()) this.drain();
  }

  onEnd(): void {
    this.end();
    if (this.#finished) this.#socket.end();
  }

  onClose(error?: Error): void {
    // A close without an error, after the peer's end or with nothing said, is all that Bun tells of a reset too.
    if (error === undefined && (this.ended || this.#finished)) {
      this.#gone.resolve();
      // It may come without the peer's end having been told.
      this.onEnd();
    }
    this.#lose(error);
  }

  protected resume(): void {
    this.#socket.resume();
  }

  /** Whether the kernel has taken everything. */
  #flush(): boolean {
    for (let chunk = this.#rest.shift(); chunk !== undefined; chunk = this.#rest.shift()) {
      const taken = this.#socket.write(chunk);
      if (taken === chunk.byteLength) continue;
      this.#rest.unshift(chunk.subarray(Math.max(taken, 0)));
      if (taken < 0) this.#lose();
      return false;
    }
    return true;
  }

  #lose(error: unknown = new ConnectionLostError('The socket was closed')): void {
    this.fail(error);
    this.#gone.reject(this.failure?.error);
  }
}
