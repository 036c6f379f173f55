import { type Deferred, deferred } from '../body/deferred.ts';

/**
 * What a Transport keeps when its runtime calls back with what it has received, and when it takes more: the reader and the writer
 * that wait, and what came while nobody did.
 */
export abstract class CallbackTransport {
  protected ended = false;
  protected failure: { readonly error: unknown } | null = null;
  readonly #queue: Uint8Array[] = [];
  #reader: Deferred<Uint8Array | null> | null = null;
  #writer: Deferred<void> | null = null;

  read(into?: Uint8Array): Promise<Uint8Array | null> | Uint8Array | null {
    const chunk = this.#queue.shift();
    if (chunk !== undefined) return chunk;
    if (this.ended) return null;
    if (this.failure !== null) throw this.failure.error;
    const reader = deferred<Uint8Array | null>();
    this.#reader = reader;
    // It may receive then and there.
    this.resume(into);
    return reader.promise;
  }

  /** Has the runtime receive, until `receive` says that nobody waits. */
  protected abstract resume(into?: Uint8Array): void;

  protected get reading(): boolean {
    return this.#reader !== null;
  }

  /** Whether someone was waiting for it. */
  protected receive(chunk: Uint8Array): boolean {
    const reader = this.#reader;
    this.#reader = null;
    if (reader === null) this.#queue.push(chunk);
    else reader.resolve(chunk);
    return reader !== null;
  }

  protected end(): void {
    this.ended = true;
    this.#reader?.resolve(null);
    this.#reader = null;
  }

  /** Waits for `drain`. */
  protected full(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure.error);
    this.#writer ??= deferred();
    return this.#writer.promise;
  }

  protected drain(error?: { readonly error: unknown }): void {
    if (error) this.#writer?.reject(error.error);
    else this.#writer?.resolve();
    this.#writer = null;
  }

  /** The first error is the one that counts. */
  protected fail(error: unknown): void {
    this.failure ??= { error };
    this.#reader?.reject(this.failure.error);
    this.#reader = null;
    this.drain(this.failure);
  }
}
