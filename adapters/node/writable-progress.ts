import type { Writable } from 'node:stream';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';

/**
 * Writes a chunk, and waits until the Writable takes more: at most its own highWaterMark and a chunk are in it. What stays in
 * it while the next chunk is pulled is a copy, as the source may fill the same memory again (law 10).
 *
 * @param owned The source gives its memory away.
 */
export function give(writable: Writable, chunk: Uint8Array, owned?: boolean): void | Promise<void> {
  // It is then waited for until nothing is left of it.
  const fills = writable.writableLength + chunk.byteLength >= writable.writableHighWaterMark;
  return writable.write(owned || fills ? chunk : Buffer.from(chunk)) ? undefined : drained(writable);
}

/** Waits until a Writable takes more. Rejects when it fails, is ended by someone else or is closed first. */
export function drained(writable: Writable): Promise<void> {
  return until(writable, 'drain');
}

/** Ends a Writable and waits until everything is handed on. */
export async function finished(writable: Writable): Promise<void> {
  if (writable.writableFinished) return;
  const finish = until(writable, 'finish');
  if (!writable.destroyed) writable.end();
  await finish;
}

/** Whether a Writable takes nothing any more. */
export function isOver(writable: Writable): boolean {
  return writable.destroyed || writable.writableEnded;
}

/** Why a Writable that was ended or closed by someone else is so. */
export function closedEarly(writable: Writable): unknown {
  return writable.errored ?? new ConnectionLostError('The stream was closed before everything was written');
}

function until(writable: Writable, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      writable.off(event, onEvent).off('finish', onLoss).off('error', onLoss).off('close', onLoss);
    };
    const onEvent = (): void => {
      stop();
      resolve();
    };
    // `close` of a socket says whether there was an error, not which.
    const onLoss = (error?: unknown): void => {
      stop();
      if (event === 'finish' && writable.writableFinished) resolve();
      else reject(error instanceof Error ? error : closedEarly(writable));
    };
    if (writable.destroyed) return onLoss();
    writable.on(event, onEvent).on('error', onLoss).on('close', onLoss);
    if (event === 'drain') writable.on('finish', onLoss);
  });
}
