import type { Writable } from 'node:stream';
import type { BodyCore } from '../../lib/body/body-core.ts';
import type { BodyLike } from '../../lib/body/body-like.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { toError } from './to-error.ts';
import { closedEarly, drained, finished } from './writable-progress.ts';

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
  options: SendBodyOptions = {},
): Promise<void> {
  const core = coreFrom(from);
  const { signal } = options;
  const fail = (reason: unknown): void => {
    Promise.resolve(core.cancel(reason)).catch(ignore);
    writable.destroy(toError(reason));
  };
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    await pump(writable, core);
    await finished(writable);
  } catch (error) {
    const reason = signal?.aborted ? signal.reason : error;
    if (!writable.destroyed) writable.destroy(toError(reason));
    throw reason;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * Pulls a body into a Writable, no faster than it drains. When the Writable is closed first, the body is cancelled with
 * what `lost` makes of it.
 */
export async function pump(
  writable: Writable,
  core: BodyCore,
  lost: (writable: Writable) => unknown = closedEarly,
): Promise<void> {
  let gone: { readonly reason: unknown } | undefined;
  const onClose = (): void => {
    if (gone !== undefined || writable.writableFinished) return;
    gone = { reason: lost(writable) };
    Promise.resolve(core.cancel(gone.reason)).catch(ignore);
  };
  // An error says why; the close that follows it says that it is over.
  const onError = (): void => onClose();
  writable.on('close', onClose).on('error', onError);
  if (writable.destroyed) onClose();
  try {
    while (gone === undefined) {
      const pulled = core.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === null || gone !== undefined) break;
      if (!writable.write(chunk)) await drained(writable);
    }
  } catch (error) {
    // The body has failed; or the Writable has, while it drained, and the body was told.
    if (gone === undefined) throw error;
  } finally {
    writable.off('close', onClose).off('error', onError);
  }
  if (gone !== undefined) throw gone.reason;
}
