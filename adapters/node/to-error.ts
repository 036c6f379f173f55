/** Node's `destroy()` takes Errors only: anything else becomes the cause of one, which says what text says. */
export function toError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new Error(typeof reason === 'string' ? reason : 'Cancelled', { cause: reason });
}
