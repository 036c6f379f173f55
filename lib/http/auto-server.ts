import { deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { ClosedError } from '../errors/closed-error.ts';
import type { ConnectionStats, Protocol, ServerConnection } from './connection.ts';
import type { Handler } from './handler.ts';
import { http1Server } from './http1-server.ts';
import { http2Server } from './http2-server.ts';
import { lossOf } from './loss-of.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** RFC 9113 section 3.4. HTTP/1.1 has no method PRI. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** A connection whose first bytes say what it speaks. */
class AutoServerConnection {
  readonly #io: Transport;
  readonly #handler: Handler;
  readonly #settings: ServerSettings;
  readonly #protocol = deferred<Protocol>();
  readonly #closed = deferred<void>();
  #first: Uint8Array = new Uint8Array(0);
  #inner: ServerConnection | null = null;
  #over = false;
  #timer: unknown;
  readonly #abort = (): void => this.abort(this.#settings.signal?.reason);

  constructor(io: Transport, handler: Handler, settings: ServerSettings) {
    this.#io = io;
    this.#handler = handler;
    this.#settings = settings;
    this.#protocol.promise.catch(ignore);
    this.#closed.promise.catch(ignore);
    const { signal, clock, headersTimeout } = settings;
    if (signal?.aborted) this.#abort();
    else {
      signal?.addEventListener('abort', this.#abort);
      this.#timer = clock.setTimeout(() => this.#end(null), headersTimeout);
      this.#look();
    }
  }

  get protocol(): Promise<Protocol> {
    return this.#protocol.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get stats(): ConnectionStats {
    if (this.#inner) return this.#inner.stats;
    const unread = this.#first.byteLength;
    const { highWaterMark: budget } = this.#settings;
    return { protocol: 'http/1.1', bytesRead: unread, bytesWritten: 0, unread, budget, streams: [] };
  }

  close(): Promise<void> {
    if (this.#inner) return this.#inner.close();
    this.#end(null);
    return this.closed.catch(ignore);
  }

  abort(reason: unknown = new ClosedError(undefined, 'The connection was aborted')): void {
    if (this.#inner) this.#inner.abort(reason);
    else this.#end({ reason });
  }

  #look(): void {
    try {
      const chunk = this.#io.read();
      if (!isPromise(chunk)) return this.#take(chunk);
      chunk.then(
        (late) => this.#take(late),
        (error) => this.#end({ reason: lossOf(error) }),
      );
    } catch (error) {
      this.#end({ reason: lossOf(error) });
    }
  }

  #take(chunk: Uint8Array | null): void {
    if (this.#over) return;
    if (chunk === null) {
      if (this.#first.byteLength > 0) this.#choose('http/1.1');
      else this.#end(null);
      return;
    }
    let first = chunk;
    if (this.#first.byteLength > 0) {
      first = new Uint8Array(this.#first.byteLength + chunk.byteLength);
      first.set(this.#first);
      first.set(chunk, this.#first.byteLength);
    }
    this.#first = first;
    const size = Math.min(first.byteLength, PREFACE.length);
    let at = 0;
    while (at < size && first[at] === PREFACE.charCodeAt(at)) at++;
    if (at < size) this.#choose('http/1.1');
    else if (size === PREFACE.length) this.#choose('h2');
    else this.#look();
  }

  #choose(protocol: Protocol): void {
    this.#stop();
    this.#inner =
      protocol === 'h2'
        ? http2Server(this.#io, this.#handler, this.#settings, this.#first)
        : http1Server(replay(this.#io, this.#first), this.#handler, this.#settings);
    this.#first = new Uint8Array(0);
    this.#protocol.resolve(protocol);
    this.#closed.resolve(this.#inner.closed);
  }

  #end(failure: { readonly reason: unknown } | null): void {
    if (this.#over || this.#inner) return;
    this.#over = true;
    this.#stop();
    this.#io.abort(failure?.reason);
    const reason = failure?.reason ?? new ClosedError(undefined, 'The connection closed before it spoke');
    this.#protocol.reject(reason);
    if (failure) this.#closed.reject(reason);
    else this.#closed.resolve();
  }

  #stop(): void {
    this.#settings.clock.clearTimeout(this.#timer);
    this.#settings.signal?.removeEventListener('abort', this.#abort);
  }
}

if (Symbol.asyncDispose) {
  Object.defineProperty(AutoServerConnection.prototype, Symbol.asyncDispose, {
    value(this: AutoServerConnection) {
      return this.close();
    },
  });
}

/** A transport whose first read gives what was read already. */
function replay(io: Transport, first: Uint8Array): Transport {
  let left: Uint8Array | null = first;
  return {
    read(into) {
      if (left === null) return io.read(into);
      const chunk = left;
      left = null;
      return chunk;
    },
    write: (chunks) => io.write(chunks),
    close: () => io.close(),
    abort: (reason) => io.abort(reason),
    closed: io.closed,
    get info() {
      return io.info;
    },
  };
}

/** Serves what the first bytes ask for: HTTP/2 when they are its preface, else HTTP/1.1. */
export function autoServer(io: Transport, handler: Handler, settings: ServerSettings): ServerConnection {
  return new AutoServerConnection(io, handler, settings) as unknown as ServerConnection;
}
