import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import type { Transport, TransportInfo } from '../../lib/http/transport.ts';
import { toError } from './to-error.ts';
import { useOwnBuffers } from './user-buffer.ts';

/**
 * Reads from here on stop the reading until the next demand, as stopping costs two system calls, and are given away with
 * their buffer; smaller ones are copied.
 */
const BULK = 32 * 1024;
const READ = 64 * 1024;
/** Bytes that may go out in one turn of the event loop before the others have theirs. */
const TURN = 1024 * 1024;

/**
 * A socket of `node:net` or `node:tls` as a Transport, without a stream in between. It is read on demand: the kernel's queue
 * is what fills when nobody reads. The socket should allow half-open connections.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:net';
 * import { respond, serveConnection } from 'sluice/http';
 * import { fromSocket } from 'sluice/node';
 *
 * const server = createServer({ allowHalfOpen: true }, (socket) => {
 *   serveConnection(fromSocket(socket), () => respond('hello'));
 * });
 * server.listen(0, () => server.close());
 * ```
 */
export function fromSocket(socket: Socket): Transport {
  return new SocketTransport(socket);
}

let shared: Uint8Array | undefined;
let slab = new Uint8Array(0);
let used = 0;

/** What no socket waits to have filled: only where a read is begun and ended in one go. */
function sharedBuffer(): Uint8Array {
  if (process.platform === 'win32') return Buffer.allocUnsafeSlow(READ);
  shared ??= Buffer.allocUnsafeSlow(READ);
  return shared;
}

/** A copy of a small read, in memory that several share and nobody transfers. */
function copyOf(bytes: Uint8Array): Uint8Array {
  if (used + bytes.byteLength > slab.byteLength) {
    slab = new Uint8Array(READ);
    used = 0;
  }
  const copy = slab.subarray(used, used + bytes.byteLength);
  copy.set(bytes);
  used += bytes.byteLength;
  return copy;
}

class SocketTransport implements Transport {
  readonly closed: Promise<void>;
  readonly info: TransportInfo;
  readonly #socket: Socket;
  readonly #queue: Uint8Array[] = [];
  #reader: Deferred<Uint8Array | null> | null = null;
  #into: Uint8Array | undefined;
  /** The buffer of the next read, when it is this socket's own. */
  #buffer: Uint8Array | null = null;
  #writer: Deferred<void> | null = null;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;
  #unwritable: { readonly error: unknown } | null = null;
  #turn = 0;
  #turning = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.info = new SocketInfo(socket);
    const closed = deferred<void>();
    closed.promise.catch(ignore);
    this.closed = closed.promise;
    // What was read before.
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) this.#queue.push(chunk);
    if (socket.readableEnded) this.#ended = true;
    if (socket.destroyed) this.#fail(socket.errored ?? undefined);
    useOwnBuffers(
      socket,
      (size, buffer) => this.#onRead(size, buffer),
      () => this.#buffer ?? sharedBuffer(),
    );
    const push = socket.push;
    socket.push = (chunk: Uint8Array | null) => {
      if (chunk !== null) return this.#onChunk(chunk);
      this.#onEnd();
      return push.call(socket, null);
    };
    const destroy = socket.destroy;
    socket.destroy = (error?: Error) => {
      // A write that failed says nothing of what was received before it: a reply may wait there to be read.
      const late = (error as NodeJS.ErrnoException | undefined)?.syscall === 'write' && !this.#ended;
      if (!late) return destroy.call(socket, error);
      this.#unwritable ??= { error };
      this.#writer?.reject(error);
      this.#writer = null;
      return socket;
    };
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain());
    socket.on('close', () => {
      const failure = this.#failure;
      this.#fail(undefined);
      if (failure === null) closed.resolve();
      else closed.reject(failure.error);
    });
  }

  get flushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  read(into?: Uint8Array): Promise<Uint8Array | null> | Uint8Array | null {
    const chunk = this.#queue.shift();
    if (chunk !== undefined) return chunk;
    if (this.#ended) return null;
    if (this.#failure !== null) throw this.#failure.error;
    this.#reader = deferred();
    this.#into = into;
    this.#socket._read(0);
    return this.#reader.promise;
  }

  write(chunks: Uint8Array[]): void | Promise<void> {
    const socket = this.#socket;
    const failure = this.#failure ?? this.#unwritable;
    if (failure !== null) throw failure.error;
    if (chunks.length === 1) socket.write(chunks[0] as Uint8Array);
    else {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
    if (this.#unwritable !== null) return Promise.reject((this.#unwritable as { error: unknown }).error);
    const waiting = socket.writableLength;
    if (waiting > 0) return waiting < socket.writableHighWaterMark ? undefined : this.#drained();
    for (const chunk of chunks) this.#turn += chunk.byteLength;
    return this.#turn < TURN ? this.#endTurn() : this.#nextTurn();
  }

  close(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableFinished) return Promise.resolve();
    return new Promise((resolve, reject) => {
      socket.once('close', () => (socket.writableFinished ? resolve() : reject(this.#failure?.error)));
      socket.end(resolve);
    });
  }

  abort(reason?: unknown): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (reason === undefined) socket.destroy();
    else {
      this.#fail(reason);
      // Only TCP has a reset; and one while a FIN is under way leaves Node waiting for it for ever.
      if ('encrypted' in socket || socket.writableEnded) socket.destroy(toError(reason));
      else socket.resetAndDestroy();
    }
  }

  #onChunk(chunk: Uint8Array): boolean {
    const reader = this.#reader;
    if (reader === null) {
      this.#queue.push(chunk);
      return false;
    }
    this.#reader = null;
    reader.resolve(chunk);
    return chunk.byteLength < BULK;
  }

  #onRead(size: number, buffer: Uint8Array): boolean {
    const into = this.#into;
    if (this.#reader !== null && into !== undefined && size <= into.byteLength) {
      into.set(size === buffer.byteLength ? buffer : buffer.subarray(0, size));
      // A reader that brings its memory goes on with it: the buffer stays.
      this.#buffer ??= size < BULK ? null : Buffer.allocUnsafeSlow(READ);
      return this.#onChunk(into.subarray(0, size));
    }
    const own = buffer === this.#buffer;
    // A buffer of its own goes along with the odd short read of a long body.
    if (size < (own ? BULK / 4 : BULK)) {
      this.#buffer = null;
      return this.#onChunk(copyOf(buffer.subarray(0, size)));
    }
    // The first of many is copied, as others may read into the shared buffer.
    this.#buffer = Buffer.allocUnsafeSlow(READ);
    const whole = own ? buffer : Uint8Array.prototype.slice.call(buffer, 0, size);
    return this.#onChunk(new Uint8Array(whole.buffer, whole.byteOffset, size));
  }

  #onEnd(): void {
    this.#ended = true;
    this.#reader?.resolve(null);
    this.#reader = null;
    if (this.#unwritable !== null) this.#socket.destroy();
  }

  #onDrain(): void {
    this.#writer?.resolve();
    this.#writer = null;
  }

  #drained(): Promise<void> {
    this.#writer ??= deferred();
    return this.#writer.promise;
  }

  #endTurn(): void {
    if (this.#turning || this.#turn < BULK) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      this.#turn = 0;
    });
  }

  /** What the kernel takes at once would else keep the event loop from everyone. */
  #nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = 0;
        resolve();
      });
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error: error ?? new ConnectionLostError('The socket was closed') };
    this.#reader?.reject(this.#failure.error);
    this.#writer?.reject(this.#failure.error);
    this.#reader = null;
    this.#writer = null;
  }
}

/** Asked for only when someone wants to know: each costs a system call. */
class SocketInfo implements TransportInfo {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get localAddress(): string | undefined {
    const { localAddress, localPort } = this.#socket;
    if (localAddress === undefined) return undefined;
    return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#socket;
  }

  get alpn(): string | undefined {
    return (this.#socket as Partial<TLSSocket>).alpnProtocol || undefined;
  }
}
