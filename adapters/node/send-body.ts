import type { Writable } from 'node:stream';
import type { BodyCore } from '../../lib/body/body-core.ts';
import type { BodyLike } from '../../lib/body/body-like.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { checkSignal } from '../../lib/body/check-signal.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { isPromise } from '../../lib/body/is-promise.ts';
import { onAbort } from '../../lib/body/on-abort.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { toError } from '../../lib/errors/to-error.ts';
import { closedEarly } from './closed-early.ts';
import { finished, isOver, onLoss, progressOf } from './writable-progress.ts';

export interface SendBodyOptions {
  /** Aborting cancels the body and destroys the Writable, both with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Writes a body to a Node Writable and ends it. The body is pulled only while the Writable takes more. A Writable that is
 * closed early (a client that left) cancels the body at once, also while a pull is pending; a body that fails destroys the
 * Writable, so that what was sent never looks finished.
 *
 * @returns Fulfils when everything was handed on. Rejects with what the body, the Writable or the signal failed with;
 *   ConnectionLostError (`ERR_CONNECTION_LOST`) when the Writable was closed early without an error.
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { sendBody } from 'sluice/node';
 *
 * const pass = new PassThrough();
 * await sendBody(pass, 'all of it');
 * console.log(pass.read().toString()); // all of it
 * ```
 */
export async function sendBody(
  writable: Writable,
  from: BodyLike,
  { signal }: SendBodyOptions = {},
): Promise<void> {
  checkMethod(writable, 'a stream', 'a Node Writable', 'end');
  checkSignal(signal);
  const core = coreFrom(from);
  // Node throws errors that nobody listens to, also when all was written.
  writable.on('error', ignore);
  return new Promise((resolve, reject) => {
    const leave = (reason: unknown): void => {
      cancelQuietly(core, reason);
      reject(reason);
      // Those of readable-stream 2 finish when they are destroyed.
      writable.destroy(toError(reason));
    };
    // An error says why; the close that follows it says that it is over.
    const stop = onLoss(writable, leave);
    const deaf = onAbort(signal, leave);
    pump(writable, core)
      .finally(stop)
      .then(() => finished(writable))
      .finally(deaf)
      .then(resolve, leave);
  });
}

/**
 * Pulls a body into a Writable, no faster than it drains. Whoever sees the Writable close has to cancel the body.
 *
 * @throws What the Writable was closed with, when it takes nothing any more before the body has ended.
 */
export async function pump(writable: Writable, core: BodyCore): Promise<void> {
  const progress = progressOf(writable);
  try {
    if (writable.writableNeedDrain) await progress.drained();
    while (!isOver(writable)) {
      const pulled = core.pull();
      const chunk = isPromise(pulled) ? await pulled : pulled;
      if (chunk === null) return;
      if (isOver(writable)) break;
      const taken = progress.give(chunk);
      if (taken) await taken;
    }
    throw closedEarly(writable);
  } finally {
    progress.stop();
  }
}
