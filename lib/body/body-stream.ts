import { check } from '../errors/check.ts';
import { BodyCore } from './body-core.ts';
import type { BodyLike } from './body-like.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodyStats } from './body-stats.ts';
import { checkBytes } from './check-bytes.ts';
import { checkSignal } from './check-signal.ts';
import { checkTrailers } from './check-trailers.ts';
import { coreKey, type HasCore } from './core-of.ts';
import { hasByteStreams } from './has-byte-streams.ts';
import { later } from './later.ts';
import { nil } from './nil.ts';
import { owned } from './owned.ts';
import { sourceOf } from './source-of.ts';

/**
 * A `ReadableStream<Uint8Array>` that knows its length, its trailers and how much it holds. Nothing is pulled before the
 * first read; from then on at most `highWaterMark` bytes are read ahead, plus the chunk in hand.
 *
 * @throws TypeError at the call for options of the wrong kind, RangeError for sizes out of range. The stream errors with
 *   LengthMismatchError (`ERR_LENGTH_MISMATCH`) when the source gives fewer or more bytes than `byteLength`.
 * @see https://streams.spec.whatwg.org/#rs-class
 * @example
 * ```ts
 * import { BodyStream } from 'sluice';
 *
 * let left = 3;
 * const stream = new BodyStream({ pull: () => (left-- > 0 ? new Uint8Array(1024) : null) }, { highWaterMark: 0 });
 * const reader = stream.getReader();
 * await reader.read();
 * console.log(stream.stats.pulled, stream.stats.delivered); // 1024 1024
 * await reader.cancel();
 * ```
 */
export class BodyStream extends ReadableStream<Uint8Array<ArrayBuffer>> {
  /** `from` is most often a `BodySource`. */
  constructor(from: BodyLike, options: BodyOptions = {}) {
    const { type = 'default', ...rest } = options;
    check(type === 'default' || type === 'bytes', type, 'type', 'default or bytes');
    // Before a stream that was given is locked.
    checkBytes(rest.highWaterMark ?? 0, 'highWaterMark');
    checkBytes(rest.byteLength ?? 0, 'byteLength');
    checkSignal(rest.signal);
    if (rest.trailers) checkTrailers(rest.trailers);
    const source = sourceOf(from);
    // A core whose options stay as they are needs no second one around it.
    const bare = source instanceof BodyCore && !Object.keys(rest).length;
    const core = bare ? source : new BodyCore(source, rest);
    core.kind = undefined;
    super(underlyingSource(core, type === 'bytes'), { highWaterMark: 0 });
    (this as unknown as HasCore)[coreKey] = core;
  }

  get #core(): BodyCore {
    return (this as unknown as HasCore)[coreKey];
  }

  /** The total in bytes, where known. Constant. */
  get byteLength(): number | undefined {
    return this.#core.byteLength;
  }

  /** Whether trailers were declared. */
  get hasTrailers(): boolean {
    return this.#core.trailers !== undefined;
  }

  /** Fulfils once the body was read to its end (empty Headers when there were none); rejects with what it fails or is cancelled with. */
  get trailers(): Promise<Headers> {
    return this.#core.readTrailers();
  }

  /** Bytes read ahead. */
  get highWaterMark(): number {
    return this.#core.highWaterMark;
  }

  /** A snapshot of what has moved so far, in bytes. */
  get stats(): BodyStats {
    return this.#core.stats;
  }
}

/** What the two kinds of controller share; `byobRequest` is there for byte streams only. */
interface Controller {
  readonly byobRequest?: ReadableStreamBYOBRequest | null;
  readonly desiredSize: number | null;
  enqueue(chunk: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

export function underlyingSource(core: BodyCore, bytes?: boolean): UnderlyingDefaultSource {
  const type = bytes && hasByteStreams() ? 'bytes' : undefined;
  let controller: Controller;
  let waiting = false;
  let crowded: unknown;
  /** Set while what is enqueued is not the first that the stream gives: it asks for more before it comes to that. */
  let asks: boolean | undefined;
  /** Both the stream and the core call it. What is late is enqueued when it comes: the stream needs no promise of it. */
  const pull = (asked?: Controller): void => {
    if (asks !== undefined) {
      asks = true;
      return;
    }
    const request = type && controller.byobRequest;
    // A read that came while one waits may be another reader's: that is served by what is enqueued, by a respond it is not.
    crowded = request && (crowded || (asked && waiting));
    const view = request?.view as Uint8Array | undefined;
    try {
      const given = core.pull(view?.byteLength, view, pull);
      waiting = given === later;
      if (waiting) return;
      const chunk = given as Uint8Array | null;
      if (chunk !== null) {
        if (request && !crowded) {
          request.respond(chunk.byteLength);
          crowded = controller.byobRequest;
        } else if (type) {
          // What a read that was given up had of its view comes first.
          if (request) asks = false;
          enqueueOwn(controller, chunk, !request && core.transfer);
          const again = asks;
          asks = undefined;
          if (again) pull(controller);
        } else controller.enqueue((chunk as unknown) === nil ? null : chunk);
      } else {
        // Throws where the consumer has left: an error is nothing to it either.
        controller.close();
        request?.respond(0);
      }
    } catch (error) {
      controller.error(error);
    }
  };
  const source = {
    type,
    start(given: Controller) {
      controller = given;
      core.idle = () => !waiting && !controller.desiredSize;
      // An aborted signal errors the stream in the same turn, also when nobody reads.
      core.onSettled(() => core.state === 'errored' && pull());
    },
    pull,
    cancel: (reason: unknown) => core.cancel(reason),
  };
  return source as UnderlyingDefaultSource;
}

/**
 * Enqueuing into a byte stream detaches the chunk's buffer: it is copied unless the source gave it away and the chunk is
 * the whole of it, or all that is needed of it.
 */
function enqueueOwn(controller: Controller, chunk: Uint8Array, transfer?: boolean): void {
  try {
    if (transfer && (chunk.byteLength === chunk.buffer.byteLength || owned.has(chunk)))
      return controller.enqueue(chunk);
  } catch {
    // Shared memory, and that of a WebAssembly instance, can't be detached.
  }
  controller.enqueue(new Uint8Array(chunk));
}
