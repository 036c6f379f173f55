/** For who takes Errors only, as Node's `destroy()` does: anything else becomes the cause of one. */
export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Cancelled', { cause: reason });
}
