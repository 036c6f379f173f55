import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import { concat } from '../../lib/bytes/concat.ts';
import type { Transport } from '../../lib/http/mod.ts';

/** A transport by hand: it gives what the spec gives it, and where it is `stuck` takes a write when the spec says so. */
export class ManualTransport implements Transport {
  readonly closed: Promise<void>;
  stuck = false;
  /** Reads that were asked for, bytes of each write, and what it was told. */
  reads = 0;
  readonly writes: number[] = [];
  readonly aborts: unknown[] = [];
  closes = 0;
  readonly #closed = deferred<void>();
  #given: (Uint8Array | null)[] = [];
  #failed: { readonly error: unknown } | undefined;
  #reading: { into: Uint8Array | undefined; read: Deferred<Uint8Array | null> } | undefined;
  #writing: Deferred<void>[] = [];
  #written: Uint8Array[] = [];

  constructor() {
    this.closed = this.#closed.promise;
    this.closed.catch(() => {});
  }

  read(into?: Uint8Array): Promise<Uint8Array | null> {
    this.reads++;
    this.#reading = { into, read: deferred() };
    this.#answer();
    return this.#reading?.read.promise ?? this.#last;
  }

  write(chunks: Uint8Array[]): void | Promise<void> {
    if (this.#failed) throw this.#failed.error;
    const bytes = concat(chunks).slice();
    this.writes.push(bytes.byteLength);
    this.#written.push(bytes);
    if (!this.stuck) return undefined;
    const write = deferred<void>();
    this.#writing.push(write);
    return write.promise;
  }

  async close(): Promise<void> {
    this.closes++;
  }

  abort(reason?: unknown): void {
    this.aborts.push(reason ?? 'no reason');
    this.lose(reason ?? new Error('aborted'));
  }

  /** The peer sends; null: no more. */
  give(...chunks: (Uint8Array | string | null)[]): void {
    for (const chunk of chunks)
      this.#given.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
    this.#answer();
  }

  /** Reads and writes fail, those that wait too. */
  lose(error: unknown): void {
    this.#failed ??= { error };
    this.#answer();
    for (const write of this.#writing.splice(0)) write.reject(error);
  }

  /** The runtime tells that the peer is gone. */
  tell(error: unknown): void {
    this.#closed.reject(error);
  }

  /** Takes the writes that wait. */
  take(): void {
    this.stuck = false;
    for (const write of this.#writing.splice(0)) write.resolve();
  }

  /** What was written since it was last asked. */
  written(): Uint8Array {
    return concat(this.#written.splice(0)).slice();
  }

  text(): string {
    return Buffer.from(this.written()).toString('latin1');
  }

  #last: Promise<Uint8Array | null> = Promise.resolve(null);

  #answer(): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    const { into, read } = reading;
    const [chunk] = this.#given;
    if (chunk === undefined && !this.#failed) return;
    this.#reading = undefined;
    this.#last = read.promise;
    if (chunk === undefined) return read.reject(this.#failed?.error);
    this.#given.shift();
    if (chunk === null || into === undefined) return read.resolve(chunk);
    const size = Math.min(chunk.byteLength, into.byteLength);
    into.set(chunk.subarray(0, size));
    if (size < chunk.byteLength) this.#given.unshift(chunk.subarray(size));
    read.resolve(into.subarray(0, size));
  }
}
