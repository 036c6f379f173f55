import type { Writable } from 'node:stream';
import { closedEarly } from './closed-early.ts';
import { listen } from './listen.ts';

/**
 * Writes a chunk, and waits until the Writable takes more: at most its own highWaterMark and a chunk are in it. What stays in
 * it while the next chunk is pulled is a copy, as the source may fill the same memory again (law 10).
 */
export function give(writable: Writable, chunk: Uint8Array): void | Promise<void> {
  // It is then waited for until nothing is left of it.
  const fills = writable.writableLength + chunk.byteLength >= writable.writableHighWaterMark;
  return writable.write(fills ? chunk : Buffer.from(chunk)) ? undefined : drained(writable);
}

/** Waits until a Writable takes more. Rejects when it fails, is ended by someone else or is closed first. */
export function drained(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stop();
      stopWaiting();
      resolve();
    };
    const stopWaiting = listen(writable, ['drain'], settle);
    const stop = onLoss(writable, (reason) => {
      reject(reason);
      settle();
    });
  });
}

/** Ends a Writable and waits until everything is handed on. */
export function finished(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = onLoss(writable, (reason) => {
      stop();
      if (writable.writableFinished) resolve();
      else reject(reason);
    });
    if (!isOver(writable)) writable.end();
  });
}

/** Whether a Writable takes nothing any more. */
export function isOver(writable: Writable): boolean {
  return writable.destroyed || writable.writableEnded;
}

/** Hears why a Writable takes nothing any more, also when it has all. @returns Ends it. */
export function onLoss(writable: Writable, hear: (reason: unknown) => void): () => void {
  // `close` of a socket says whether there was an error, not which.
  const onEvent = (error?: unknown): void => hear(error instanceof Error ? error : closedEarly(writable));
  if (writable.destroyed || writable.writableFinished) queueMicrotask(onEvent);
  return listen(writable, ['finish', 'error', 'close'], onEvent);
}
