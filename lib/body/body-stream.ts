import { BodyCore, defaultDemand } from './body-core.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodySource } from './body-source.ts';
import type { BodyStats } from './body-stats.ts';
import { hasByteStreams } from './has-byte-streams.ts';
import { isPromise } from './is-promise.ts';
import { nil } from './nil.ts';

let readCore: (value: object) => BodyCore | undefined;

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
export class BodyStream extends ReadableStream<Uint8Array> {
  readonly #core: BodyCore;

  constructor(source: BodySource, options: BodyOptions = {}) {
    const { type = 'default', transfer = false } = options;
    if (type !== 'default' && type !== 'bytes') {
      throw new TypeError(
        `Cannot make a body as type must be 'default' or 'bytes': received ${String(type)}`,
      );
    }
    const core = makeCore(source, options);
    super(underlyingSource(core, type, transfer), { highWaterMark: 0 });
    this.#core = core;
  }

  /** The total in bytes, where known. Constant. */
  get byteLength(): number | undefined {
    return this.#core.byteLength;
  }

  /** Whether trailers were declared. */
  get hasTrailers(): boolean {
    return this.#core.trailers !== undefined;
  }

  /** Fulfils once the body was read to its end (empty Headers when there were none); rejects when it fails or is cancelled. */
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

  static {
    readCore = (value) => (#core in value ? value.#core : undefined);
  }
}

/** The core of a BodyStream, for the inside of the library; undefined for anything else. */
export function coreOf(value: unknown): BodyCore | undefined {
  return typeof value === 'object' && value !== null ? readCore(value) : undefined;
}

function makeCore(source: BodySource, options: BodyOptions): BodyCore {
  if (typeof source?.pull !== 'function')
    throw new TypeError('Cannot make a body as its source must have pull()');
  const { type, transfer, ...rest } = options;
  // A core whose options stay as they are needs no second one around it.
  const bare = source instanceof BodyCore && Object.values(rest).every((value) => value === undefined);
  return bare ? source : new BodyCore(source, options);
}

/** What the two kinds of controller share; `byobRequest` is there for byte streams only. */
interface Controller {
  readonly byobRequest?: ReadableStreamBYOBRequest | null;
  enqueue(chunk: Uint8Array<ArrayBuffer>): void;
  close(): void;
  error(reason: unknown): void;
}

function underlyingSource(
  core: BodyCore,
  type: BodyOptions['type'],
  transfer: boolean,
): UnderlyingDefaultSource {
  const bytes = type === 'bytes' && hasByteStreams();
  const give = (controller: Controller, result: Uint8Array | null): void => {
    if (result === null) {
      if (core.state !== 'ended') return;
      controller.close();
      controller.byobRequest?.respond(0);
    } else if (bytes) enqueueOwn(controller, result, transfer);
    else controller.enqueue(((result as unknown) === nil ? null : result) as Uint8Array<ArrayBuffer>);
  };
  const respond = (controller: Controller, written: number): void => {
    if (written) controller.byobRequest?.respond(written);
    else give(controller, null);
  };
  const source = {
    type: bytes ? 'bytes' : undefined,
    start(controller: Controller) {
      // An aborted signal errors the stream in the same turn, also when nobody reads.
      core.onAbort = (reason) => controller.error(reason);
    },
    pull(controller: Controller) {
      const view = controller.byobRequest?.view;
      if (view) {
        const written = core.pullInto(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
        return isPromise(written)
          ? written.then((late) => respond(controller, late))
          : respond(controller, written);
      }
      const result = core.pullForStream(defaultDemand);
      return isPromise(result) ? result.then((late) => give(controller, late)) : give(controller, result);
    },
    cancel: (reason: unknown) => core.cancel(reason),
  };
  return source as UnderlyingDefaultSource;
}

/**
 * Enqueuing into a byte stream detaches the chunk's buffer: it is copied unless the source gave it away and the chunk is
 * the whole of it.
 */
function enqueueOwn(controller: Controller, chunk: Uint8Array, transfer: boolean): void {
  const { buffer } = chunk;
  if (transfer && buffer instanceof ArrayBuffer && chunk.byteLength === buffer.byteLength) {
    try {
      return controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    } catch {
      // The memory of a WebAssembly instance looks like any other but can't be transferred.
    }
  }
  controller.enqueue(new Uint8Array(chunk));
}
