import type { Socket } from 'node:net';
import { handled } from '../../lib/body/handled.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { toError } from '../../lib/errors/to-error.ts';
import { CallbackTransport } from '../../lib/http/callback-transport.ts';
import { inTurns } from '../../lib/http/in-turns.ts';
import type { Transport, TransportInfo } from '../../lib/http/transport.ts';
import { closedEarly } from './closed-early.ts';
import { reset } from './reset.ts';
import { socketInfo } from './socket-info.ts';
import { useOwnBuffers } from './user-buffer.ts';
import { finished } from './writable-progress.ts';

/**
 * Reads from here on stop the reading until the next demand, as stopping costs two system calls, and are given away with
 * their buffer; smaller ones are copied.
 */
const BULK = 32 * 1024;
const READ = 64 * 1024;

/**
 * A socket of `node:net` or `node:tls` as a Transport, without a stream in between. It is read on demand: the kernel's queue
 * is what fills when nobody reads. The socket should allow half-open connections. Node does not tell an end of TLS from one of
 * TCP below it: whoever can send a FIN can cut short a body that runs until the connection closes (RFC 9112 section 9.8).
 *
 * @throws TypeError for what is no socket.
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
  checkMethod(socket, 'a stream', 'a socket of node:net', 'resetAndDestroy');
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
  slab.set(bytes, used);
  return slab.subarray(used, (used += bytes.byteLength));
}

class SocketTransport extends CallbackTransport implements Transport {
  readonly closed: Promise<void>;
  readonly info: TransportInfo;
  readonly #socket: Socket;
  #into: Uint8Array | undefined;
  /** The buffer of the next read, when it is this socket's own. */
  #buffer: Uint8Array | null = null;
  #unwritable: { readonly error: unknown } | null = null;
  readonly #took = inTurns(setImmediate);

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    this.info = socketInfo(socket);
    const closed = handled<void>();
    this.closed = closed.promise;
    // What was read before.
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) this.receive(chunk);
    this.ended = socket.readableEnded;
    if (socket.destroyed) this.fail(closedEarly(socket));
    const handle = useOwnBuffers(
      socket,
      (size, buffer) => this.#onRead(size, buffer),
      () => this.#buffer ?? sharedBuffer(),
    );
    const { push } = socket;
    let asked = 0;
    socket.push = (chunk: Uint8Array | null) => {
      if (chunk !== null) return this.#onChunk(chunk);
      // libuv before 1.52 takes a reset that comes with data for an end: read once more, it ends again or fails. TLS ends once
      // only; what is left there is that a socket has a peer until it is reset, or both have ended.
      if (process.versions.uv < '1.52') {
        if (!('encrypted' in socket)) {
          if (!asked++ && handle?.readStart() === 0) return false;
        } else if (!socket.writableEnded && handle?.getpeername?.({})) {
          socket.destroy(toError(closedEarly(socket)));
          return false;
        }
      }
      this.#onEnd();
      return push.call(socket, null);
    };
    const destroy = socket.destroy;
    socket.destroy = (error?: Error) => {
      // A write that failed says nothing of what was received before it: a reply may wait there to be read.
      const late = (error as NodeJS.ErrnoException | undefined)?.syscall === 'write';
      if (!late || this.ended || this.failure) return destroy.call(socket, error);
      this.#unwritable ??= { error };
      this.drain(this.#unwritable);
      return socket;
    };
    socket.on('error', (error) => this.fail(error));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.drain());
    const onClose = (): void => {
      if (this.failure) closed.reject(this.failure.error);
      else closed.resolve();
      this.fail(closedEarly(socket));
    };
    if (socket.closed) onClose();
    else socket.on('close', onClose);
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }

  get flushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  write(chunks: Uint8Array[]): void | Promise<void> {
    const socket = this.#socket;
    const failure = this.failure ?? this.#unwritable;
    if (failure !== null) throw failure.error;
    if (chunks.length === 1) socket.write(chunks[0] as Uint8Array);
    else {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
    if (this.#unwritable !== null) return Promise.reject((this.#unwritable as { error: unknown }).error);
    const waiting = socket.writableLength;
    if (waiting > 0) return waiting < socket.writableHighWaterMark ? undefined : this.full();
    return this.#took(chunks);
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    await finished(this.#socket).catch((error) => {
      throw this.failure ? this.failure.error : error;
    });
  }

  abort(reason?: unknown): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (reason === undefined) socket.destroy();
    else {
      this.fail(reason);
      reset(socket, toError(reason));
    }
  }

  protected resume(into?: Uint8Array): void {
    this.#into = into;
    this.#socket._read(0);
  }

  #onChunk(chunk: Uint8Array): boolean {
    return this.receive(chunk) && chunk.byteLength < BULK;
  }

  #onRead(size: number, buffer: Uint8Array): boolean {
    const into = this.#into;
    if (this.reading && into !== undefined && size <= into.byteLength) {
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
    const { buffer: memory, byteOffset } = own ? buffer : new Uint8Array(buffer.subarray(0, size));
    return this.#onChunk(new Uint8Array(memory, byteOffset, size));
  }

  #onEnd(): void {
    this.end();
    if (this.#unwritable !== null) this.#socket.destroy();
  }
}
