import type { Writable } from 'node:stream';
import { ignore } from '../../lib/body/ignore.ts';
import { inTurns } from '../../lib/http/in-turns.ts';
import { closedEarly } from './closed-early.ts';
import { listen } from './listen.ts';

export interface WritableProgress {
  /**
   * Writes a chunk, and waits until the Writable takes more: at most its own highWaterMark and a chunk are in it. What stays in
   * it while the next chunk is pulled is a copy, as the source may fill the same memory again (law 10).
   */
  give(chunk: Uint8Array): void | Promise<void>;
  /** Waits until it takes more. Rejects when it fails, is ended by someone else or is closed first. */
  drained(): Promise<void>;
  stop(): void;
}

/**
 * Writes to a Writable, no faster than it drains. The listeners are there for all that is written: middleware that wraps a
 * response may pass them on to a stream which never loses them.
 */
export function progressOf(writable: Writable): WritableProgress {
  const took = inTurns(setImmediate);
  let wake = ignore;
  const stop = listen(writable, ['drain', 'finish', 'error', 'close'], () => wake());
  const drained = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (isOver(writable)) throw closedEarly(writable);
  };
  return {
    stop,
    drained,
    give(chunk) {
      // It is then waited for until nothing is left of it. In object mode chunks are counted, not bytes.
      const fills =
        !writable.writableObjectMode &&
        writable.writableLength + chunk.byteLength >= writable.writableHighWaterMark;
      // A `write` that someone has wrapped may give nothing.
      return writable.write(fills ? chunk : Buffer.from(chunk)) === false ? drained() : took([chunk]);
    },
  };
}

/** Ends a Writable and waits until everything is handed on. */
export function finished(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    if (writable.writableFinished) resolve();
    // Those of readable-stream 2 and 3 tell by the event alone. First, as some close (unzipper) when they hear of it.
    writable.prependOnceListener('finish', resolve);
    const stop = onLoss(writable, (reason) => {
      stop();
      reject(reason);
    });
    if (!isOver(writable)) writable.end();
  });
}

/** Whether a Writable takes nothing any more. */
export function isOver(writable: Writable): boolean {
  return !!(writable.destroyed || writable.errored || (writable.writableEnded ?? !writable.writable));
}

/** Hears why a Writable takes nothing any more, also when it has all. @returns Ends it. */
export function onLoss(writable: Writable, hear: (reason: unknown) => void): () => void {
  // `close` of a socket says whether there was an error, not which.
  const onEvent = (error?: unknown): void => hear(error instanceof Error ? error : closedEarly(writable));
  if (writable.destroyed || writable.writableFinished) queueMicrotask(onEvent);
  return listen(writable, ['finish', 'error', 'close'], onEvent);
}
