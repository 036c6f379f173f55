import { BodyCore, defaultDemand } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { systemClock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import { nil } from '../body/nil.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { tagOf } from '../bytes/tag-of.ts';
import { keep } from './keep.ts';
import type { TransformPair } from './through.ts';
import type { TimedOptions } from './timer.ts';

/** Output that is so many times its input expands. */
const expanding = 16;

/** Output that is there already is read within a turn or two of the microtask queue. */
const turns = 3;

/**
 * Pauses (of so many milliseconds) without output after which a pair has given all it can without an end: Node inflates in a
 * thread. Several, as a machine that is busy wakes both late.
 */
const pauses = 5;
const pause = 10;

export function throughSource<I, O>(
  source: Source<I>,
  pair: TransformPair<O>,
  { clock = systemClock }: TimedOptions,
): Source<O> {
  const writer = pair.writable.getWriter();
  const reader = (pair.readable as ReadableStream<O>).getReader();
  writer.closed.catch(ignore);
  reader.closed.catch(ignore);
  const inflates = /DecompressionStream/.test(tagOf(pair) + pair.constructor?.name);
  // The bytes of one write. What a DecompressionStream makes of 512 is at most 528 KiB; pieces grow as long as the output
  // does not expand.
  const [least, most] = inflates ? [512, 16_384] : [65_536, 65_536];
  let size = least / 2;
  let output = 0;

  let reading = false;
  /** A pull of the source or a write is pending, or is about to be. */
  let busy = false;
  /** The source has ended or failed, or was cancelled. */
  let ended = false;
  let rest: I | null = null;
  let failure: { readonly error: unknown } | undefined;
  let quiet = false;
  let timer: unknown;

  const release = (): void => {
    ended = true;
    rest = null;
    clock.clearTimeout(timer);
    writer.releaseLock();
    reader.releaseLock();
  };
  const cancel = (reason: unknown): void | Promise<void> => {
    const told = ended;
    try {
      ended = true;
      return told ? undefined : source.cancel?.(reason);
    } finally {
      writer.abort(reason).catch(ignore);
      reader.cancel(reason).catch(ignore);
      release();
    }
  };
  const fail = (error: unknown): void => core.abort(error);
  const came = ({ done, value }: ReadableStreamReadResult<O>): O | null => {
    reading = false;
    quiet = false;
    if (core.state !== 'open') return null;
    if (!done) {
      output += isUint8Array(value) ? value.byteLength : 0;
      return value === null ? (nil as O) : value;
    }
    // A transform may end its output before its input has ended.
    if (!ended) {
      cancelQuietly(source, undefined);
      writer.abort().catch(ignore);
    }
    release();
    return null;
  };
  const pull = (): Promise<O | null> => {
    reading = true;
    feed();
    return reader.read().then(came, (error) => {
      fail(error);
      throw error;
    });
  };
  /** Feeds the pair as long as it has nothing more to give for what it was fed before. */
  const feed = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      for (;;) {
        for (let turn = 0; turn < turns; turn++) await undefined;
        if (!reading || (ended && rest === null && !failure)) break;
        if (failure) {
          quiet = true;
          for (let left = pauses; quiet && left--; )
            await new Promise<void>((resolve) => {
              timer = clock.setTimeout(resolve, pause);
            });
          if (quiet) throw failure.error;
          continue;
        }
        if (rest === null) {
          try {
            const given = await source.pull(defaultDemand);
            // What comes after a cancel, or after the end of the pair, is dropped.
            if (ended) continue;
            rest = given;
            ended = given === null;
          } catch (error) {
            if (!ended) failure = { error };
            ended = true;
            continue;
          }
        }
        if (rest === null) await writer.close();
        else if (reading) await writer.write(piece());
      }
    } catch (error) {
      fail(error);
    }
    busy = false;
  };
  /** What one write takes of the chunk in hand. */
  const piece = (): I | null => {
    const all = rest as unknown;
    size = output > expanding * size ? least : Math.min(2 * size, most);
    output = 0;
    rest = null;
    if (!isUint8Array(all) || all.byteLength <= size) return (all === nil ? null : all) as I | null;
    rest = all.subarray(size) as I;
    return all.subarray(0, size) as I;
  };
  const given = keep<O, I>(source, { pull, cancel, byteLength: undefined, ready: undefined });
  const core = new BodyCore(given as Source<unknown> as BodySource, {}, 'any');
  return core as unknown as Source<O>;
}
