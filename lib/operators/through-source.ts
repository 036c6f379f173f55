import { BodyCore, defaultDemand } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { nil } from '../body/nil.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { tagOf } from '../bytes/tag-of.ts';
import { keep } from './keep.ts';
import type { TransformPair } from './through.ts';

/**
 * The bytes of one write, from and to. What a DecompressionStream makes of 512 is at most 528 KiB; pieces grow as long as the
 * output does not expand.
 */
const pieces = [65_536, 65_536] as const;
const deflatedPieces = [512, 16_384] as const;
const expanding = 16;

/** Output that is there already is read within a turn or two of the microtask queue. */
const turns = 3;

export function throughSource<I, O>(source: Source<I>, pair: TransformPair<O>): Source<O> {
  const writer = pair.writable.getWriter();
  const reader = pair.readable.getReader();
  writer.closed.catch(ignore);
  reader.closed.catch(ignore);
  const inflates = tagOf(pair) === '[object DecompressionStream]';
  const [least, most] =
    inflates || pair.constructor?.name === 'DecompressionStream' ? deflatedPieces : pieces;
  let size = least / 2;
  let output = 0;

  let reading = false;
  /** A pull of the source or a write is pending. */
  let busy = false;
  /** The source has ended or failed, or was cancelled. */
  let ended = false;
  let rest: I | null = null;

  const cancel = (reason: unknown): void | Promise<void> => {
    const told = ended;
    ended = true;
    rest = null;
    try {
      return told ? undefined : source.cancel?.(reason);
    } finally {
      writer.abort(reason).catch(ignore);
      reader.cancel(reason).catch(ignore);
      writer.releaseLock();
      reader.releaseLock();
    }
  };
  const fail = (error: unknown): void => core.abort(error);
  const failEnded = (error: unknown): void => {
    ended = true;
    fail(error);
  };
  const came = ({ done, value }: ReadableStreamReadResult<O>): O | null => {
    reading = false;
    if (core.state !== 'open') return null;
    if (!done) {
      output += isUint8Array(value) ? value.byteLength : 0;
      return value === null ? (nil as O) : value;
    }
    // A transform may end its output before its input has ended.
    if (!ended) cancelQuietly(source, undefined);
    if (!ended) writer.abort().catch(ignore);
    ended = true;
    writer.releaseLock();
    reader.releaseLock();
    return null;
  };
  const pull = (): Promise<O | null> => {
    reading = true;
    feedSoon();
    return reader.read().then(came, (error) => {
      fail(error);
      throw error;
    });
  };
  /** Fed only when the pair has nothing more to give for what it was fed before. */
  const feedSoon = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await undefined;
    feed();
  };
  const feed = (): void => {
    if (!reading || busy || (ended && rest === null)) return;
    if (rest !== null) return write();
    busy = true;
    try {
      const pulled = source.pull(defaultDemand);
      if (isPromise<I | null>(pulled)) pulled.then(take, failEnded);
      else take(pulled);
    } catch (error) {
      failEnded(error);
    }
  };
  const take = (chunk: I | null): void => {
    busy = false;
    if (core.state !== 'open') return;
    if (chunk === null) {
      ended = true;
      writer.close().catch(fail);
      return;
    }
    rest = chunk;
    feed();
  };
  const write = (): void => {
    let piece = rest as I;
    size = output > expanding * size ? least : Math.min(2 * size, most);
    output = 0;
    if (isUint8Array(piece) && piece.byteLength > size) {
      rest = piece.subarray(size) as I;
      piece = piece.subarray(0, size) as I;
    } else rest = null;
    busy = true;
    writer.write((piece as unknown) === nil ? (null as I) : piece).then(() => {
      busy = false;
      feedSoon();
    }, fail);
  };
  const given = keep<O, I>(source, { pull, cancel, byteLength: undefined, ready: undefined });
  const core = new BodyCore(given as Source<unknown> as BodySource, {}, 'any');
  return core as unknown as Source<O>;
}
