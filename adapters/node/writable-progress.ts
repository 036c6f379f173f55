import type { Writable } from 'node:stream';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';

/**
 * Waits until a Writable takes more: at most its own highWaterMark and a chunk are in it. Rejects when it fails or is
 * closed first.
 */
export function drained(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      writable.off('drain', onDrain).off('error', onError).off('close', onClose);
      outcome();
    };
    const onDrain = (): void => settle(resolve);
    const onError = (error: unknown): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(closedEarly(writable)));
    if (writable.destroyed) return reject(closedEarly(writable));
    writable.on('drain', onDrain).on('error', onError).on('close', onClose);
  });
}

/** Ends a Writable and waits until everything is handed on. */
export function finished(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      writable.off('finish', onFinish).off('error', onError).off('close', onClose);
      outcome();
    };
    const onFinish = (): void => settle(resolve);
    const onError = (error: unknown): void => settle(() => reject(error));
    const onClose = (): void =>
      settle(() => (writable.writableFinished ? resolve() : reject(closedEarly(writable))));
    if (writable.writableFinished) return resolve();
    if (writable.destroyed) return reject(closedEarly(writable));
    writable.on('finish', onFinish).on('error', onError).on('close', onClose);
    writable.end();
  });
}

/** Why a Writable that was closed before its end is so. */
export function closedEarly(writable: Writable): unknown {
  return writable.errored ?? new ConnectionLostError('The stream was closed before everything was written');
}
