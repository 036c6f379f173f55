import type { Writable } from 'node:stream';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';

/**
 * Waits until a Writable takes more: at most its own highWaterMark and a chunk are in it. Rejects when it fails or is
 * closed first.
 */
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

/** Why a Writable that was closed before its end is so. */
export function closedEarly(writable: Writable): unknown {
  return writable.errored ?? new ConnectionLostError('The stream was closed before everything was written');
}

function until(writable: Writable, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEvent = (): void => {
      writable.off(event, onEvent).off('error', onLoss).off('close', onLoss);
      resolve();
    };
    // `close` of a socket says whether there was an error, not which.
    const onLoss = (error?: unknown): void => {
      if (!writable.writableFinished) reject(error instanceof Error ? error : closedEarly(writable));
      onEvent();
    };
    if (writable.destroyed) onLoss();
    else writable.on(event, onEvent).on('error', onLoss).on('close', onLoss);
  });
}
