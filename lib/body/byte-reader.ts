import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { cannot } from '../errors/cannot.ts';
import { LengthMismatchError } from '../errors/length-mismatch-error.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { asChunk } from './as-chunk.ts';
import { defaultDemand } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import { BodyStream } from './body-stream.ts';
import { cancelQuietly } from './cancel-quietly.ts';
import { checkBytes } from './check-bytes.ts';
import { coreFrom } from './core-from.ts';

export interface ReadUntilOptions {
  /** The most bytes before the delimiter. Default 64 KiB. */
  limit?: number | undefined;
}

/** Reads a body by sizes and delimiters. */
export interface ByteReader {
  /** Exactly `n` bytes. @throws LengthMismatchError (`ERR_LENGTH_MISMATCH`) when the body ends before. */
  readExactly(n: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The bytes before the next delimiter, which is taken and left out; at the end what is left, then null.
   * @throws LimitExceededError (`ERR_LIMIT_EXCEEDED`) when more than `limit` bytes come before a delimiter or the end.
   */
  readUntil(
    delimiter: Uint8Array | string,
    options?: ReadUntilOptions,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Up to `n` bytes that stay to be read; fewer only at the end. */
  peek(n: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Everything not read yet, as a body. The reader is done. */
  rest(): BodyStream;
  /** Cancels the body: reads that wait for more of it reject with the reason. */
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
  const source = coreFrom(from);
  const held = new ByteBuffer();
  let ended = false;
  let taken = false;
  let turn: Promise<unknown> = Promise.resolve();
  /** Calls that have not settled. */
  let calls = 0;

  const check = (): void => {
    if (taken) throw cannot('read a body', 'its rest must not be taken', source);
  };
  const settled = (): void => {
    calls--;
  };
  /** Runs calls one after the other; a call that fails does not stop the next one. */
  const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
    check();
    calls++;
    const result = turn.then(call);
    turn = result.then(settled, settled);
    return result;
  };
  /** Holds `n` bytes, or all there are. */
  const hold = async (n: number): Promise<void> => {
    while (held.byteLength < n && !ended) {
      const chunk = await source.pull(Math.max(defaultDemand, n - held.byteLength));
      if (chunk) held.append(chunk);
      // Rejects with the reason.
      else if (source.state === 'cancelled') await source.readTrailers();
      else ended = true;
    }
  };
  const first = (n: number, take: () => Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
    checkBytes(n, 'n');
    return inTurn(async () => {
      await hold(n);
      return take();
    });
  };

  return {
    readExactly: (n) =>
      first(n, () => {
        if (held.byteLength < n) throw new LengthMismatchError(n, held.byteLength);
        return held.take(n);
      }),
    peek: (n) => first(n, () => held.bytes.slice(0, n)),
    readUntil(delimiter, options = {}) {
      const mark = asChunk(delimiter);
      checkBytes(mark.byteLength, 'the size of the delimiter', 1);
      const limit = checkBytes(options.limit ?? defaultLimit, 'limit');
      return inTurn(async () => {
        // Up to here nothing was found, but for a tail that may begin it.
        for (let from = 0; ; ) {
          const { bytes } = held;
          const at = indexOf(bytes, mark, from);
          from = ended ? bytes.byteLength : Math.max(0, bytes.byteLength - mark.byteLength + 1);
          if ((at < 0 ? from : at) > limit) {
            const error = new LimitExceededError(limit, bytes.byteLength);
            cancelQuietly(source, error);
            throw error;
          }
          if (at >= 0) return held.take(at + mark.byteLength).subarray(0, at);
          if (ended) return bytes.byteLength ? held.take() : null;
          await hold(bytes.byteLength + 1);
        }
      });
    },
    rest() {
      check();
      taken = true;
      const { byteLength } = source;
      // What calls that wait will take is not known.
      const known = byteLength !== undefined && !calls;
      return new BodyStream({
        pull(demand) {
          const next = () => (held.byteLength ? held.take() : source.pull(demand));
          return calls ? turn.then(next) : next();
        },
        cancel: (reason) => source.cancel(reason),
        byteLength: known ? byteLength - source.counts.delivered + held.byteLength : undefined,
        get trailers() {
          return source.trailers;
        },
      });
    },
    async cancel(reason) {
      held.take();
      await source.cancel(reason);
    },
  };
}

function indexOf(bytes: Uint8Array, mark: Uint8Array, from: number): number {
  const first = mark[0] ?? 0;
  let at = bytes.indexOf(first, from);
  while (at >= 0 && !mark.every((byte, n) => byte === bytes[at + n])) at = bytes.indexOf(first, at + 1);
  return at;
}
