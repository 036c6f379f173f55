import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { utf8 } from '../bytes/utf8.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { defaultDemand } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import type { BodySource } from './body-source.ts';
import { BodyStream } from './body-stream.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { coreFrom } from './core-from.ts';
import { ignore } from './ignore.ts';

export interface ReadUntilOptions {
  /** The most bytes before the delimiter. Default 64 KiB. */
  limit?: number | undefined;
}

/** Reads a body by sizes and delimiters. */
export interface ByteReader {
  /** Exactly `n` bytes. @throws LengthMismatchError (`ERR_LENGTH_MISMATCH`) when the body ends before. */
  readExactly(n: number): Promise<Uint8Array>;
  /**
   * The bytes before the next delimiter, which is taken and left out; at the end what is left, then null.
   * @throws LimitExceededError (`ERR_LIMIT_EXCEEDED`) when more than `limit` bytes come without a delimiter.
   */
  readUntil(delimiter: Uint8Array | string, options?: ReadUntilOptions): Promise<Uint8Array | null>;
  /** Up to `n` bytes that stay to be read; fewer only at the end. */
  peek(n: number): Promise<Uint8Array>;
  /** Everything not read yet, as a body. The reader is done. */
  rest(): BodyStream;
  /** Cancels the body. */
  cancel(reason?: unknown): Promise<void>;
}

const defaultLimit = 65_536;

/**
 * Reads a body by sizes and delimiters. Only what a call needs is pulled. Calls wait for each other in their order.
 *
 * @example
 * ```ts
 * import { byteReader } from 'sluice';
 *
 * const reader = byteReader('4 key\nabcdrest');
 * const head = new TextDecoder().decode((await reader.readUntil('\n')) ?? undefined);
 * console.log(head, await reader.readExactly(parseInt(head, 10))); // 4 key Uint8Array(4) [ 97, 98, 99, 100 ]
 * console.log(await new Response(reader.rest()).text()); // rest
 * ```
 */
export function byteReader(from: BodyLike): ByteReader {
  return new Reader(coreFrom(from));
}

class Reader implements ByteReader {
  readonly #source: BodySource;
  readonly #held = new ByteBuffer();
  #ended = false;
  #taken = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: BodySource) {
    this.#source = source;
  }

  readExactly(n: number): Promise<Uint8Array> {
    checkBytes(n, 'n');
    return this.#queue(async () => {
      await this.#hold(n);
      if (this.#held.byteLength < n) throw new LengthMismatchError(n, this.#held.byteLength);
      return this.#held.take(n);
    });
  }

  readUntil(delimiter: Uint8Array | string, options: ReadUntilOptions = {}): Promise<Uint8Array | null> {
    const mark = typeof delimiter === 'string' ? utf8(delimiter) : delimiter;
    checkBytes(mark.byteLength, 'the size of the delimiter', 1);
    const limit = checkBytes(options.limit ?? defaultLimit, 'limit');
    return this.#queue(() => this.#until(mark, limit));
  }

  peek(n: number): Promise<Uint8Array> {
    checkBytes(n, 'n');
    return this.#queue(async () => {
      await this.#hold(n);
      return this.#held.bytes.slice(0, n);
    });
  }

  rest(): BodyStream {
    this.#check();
    this.#taken = true;
    const turn = this.#turn;
    const source = this.#source;
    const held = this.#held;
    let waited = false;
    return new BodyStream({
      pull: (demand) => {
        if (waited) return source.pull(demand);
        waited = true;
        return turn.then(() => (held.byteLength ? held.take() : source.pull(demand)));
      },
      cancel: (reason) => source.cancel?.(reason),
      get trailers() {
        return source.trailers;
      },
    });
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#held.take();
    await this.#source.cancel?.(reason);
  }

  #check(): void {
    if (this.#taken) throw new TypeError('Cannot read as the rest of the body must not be taken before');
  }

  /** Runs calls one after the other; a call that fails does not stop the next one. */
  #queue<T>(call: () => Promise<T>): Promise<T> {
    this.#check();
    const result = this.#turn.then(call);
    this.#turn = result.then(ignore, ignore);
    return result;
  }

  async #hold(n: number): Promise<void> {
    while (this.#held.byteLength < n && !this.#ended) await this.#more(n - this.#held.byteLength);
  }

  async #more(demand = 0): Promise<void> {
    const chunk = await this.#source.pull(Math.max(defaultDemand, demand));
    if (chunk === null) this.#ended = true;
    else this.#held.append(chunk);
  }

  async #until(mark: Uint8Array, limit: number): Promise<Uint8Array | null> {
    // Up to here nothing was found, but for a tail that may begin it.
    for (let from = 0; ; ) {
      const held = this.#held.bytes;
      const at = indexOf(held, mark, from);
      from = Math.max(0, held.byteLength - mark.byteLength + 1);
      if ((at < 0 ? from : at) > limit) {
        const error = new LimitExceededError(limit, held.byteLength);
        cancelQuietly(this.#source, error);
        throw error;
      }
      if (at >= 0) return this.#held.take(at + mark.byteLength).subarray(0, at);
      if (this.#ended) return held.byteLength ? this.#held.take() : null;
      await this.#more();
    }
  }
}

function indexOf(bytes: Uint8Array, mark: Uint8Array, from: number): number {
  const first = mark[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + mark.byteLength > bytes.byteLength) return -1;
    let n = 1;
    while (n < mark.byteLength && bytes[at + n] === mark[n]) n++;
    if (n === mark.byteLength) return at;
  }
  return -1;
}
