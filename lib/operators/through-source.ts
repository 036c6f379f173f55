import { defaultDemand } from '../body/body-core.ts';
import type { Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { nil } from '../body/nil.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
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
  const inflates = Object.prototype.toString.call(pair) === '[object DecompressionStream]';
  const [least, most] =
    inflates || pair.constructor?.name === 'DecompressionStream' ? deflatedPieces : pieces;
  let size = least / 2;
  let output = 0;

  let open = true;
  let failure: { readonly error: unknown } | undefined;
  let waiter: Deferred<O | null> | undefined;
  let reading = false;
  /** A pull of the source or a write is pending, or the input has ended. */
  let busy = false;
  let ended = false;
  let rest: I | null = null;

  const finish = (settle: (waiter: Deferred<O | null>) => void): void => {
    open = false;
    rest = null;
    const waits = waiter;
    waiter = undefined;
    if (waits) settle(waits);
  };
  const leave = (reason: unknown): void => {
    writer.abort(reason).catch(ignore);
    reader.cancel(reason).catch(ignore);
    writer.releaseLock();
    reader.releaseLock();
  };
  const fail = (error: unknown, fromSource = false): void => {
    if (!open) return;
    failure = { error };
    finish((waits) => waits.reject(error));
    leave(error);
    if (!fromSource && !ended) cancelQuietly(source, error);
  };
  const read = (): void => {
    reading = true;
    reader.read().then(({ done, value }) => {
      reading = false;
      if (!open) return;
      const waits = waiter as Deferred<O | null>;
      if (!done) {
        waiter = undefined;
        output += isUint8Array(value) ? value.byteLength : 0;
        return waits.resolve(value === null ? (nil as O) : (value as O));
      }
      finish(() => waits.resolve(null));
      // A transform may end its output before its input has ended.
      if (!ended) cancelQuietly(source, undefined);
      if (!ended) writer.abort().catch(ignore);
      writer.releaseLock();
      reader.releaseLock();
    }, fail);
  };
  /** Once what is there has had its chance to be read: writes on, as long as a read waits. */
  const feedSoon = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await undefined;
    feed();
  };
  const feed = (): void => {
    if (!open || !waiter || busy || ended) return;
    if (rest !== null) return write();
    busy = true;
    try {
      const pulled = source.pull(defaultDemand);
      if (isPromise<I | null>(pulled)) pulled.then(take, (error) => fail(error, true));
      else take(pulled);
    } catch (error) {
      fail(error, true);
    }
  };
  const take = (chunk: I | null): void => {
    busy = false;
    if (!open) return;
    if (chunk === null) {
      ended = true;
      writer.close().catch((error) => fail(error, true));
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
  return {
    kind: 'any',
    pull() {
      if (failure) throw failure.error;
      if (!open) return null;
      waiter = deferred();
      const { promise } = waiter;
      if (!reading) read();
      feedSoon();
      return promise;
    },
    cancel(reason) {
      if (!open) return;
      const first = ended;
      finish((waits) => waits.resolve(null));
      try {
        return first ? undefined : source.cancel?.(reason);
      } finally {
        leave(reason);
      }
    },
    get trailers() {
      return source.trailers;
    },
  };
}
