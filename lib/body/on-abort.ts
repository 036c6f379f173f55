/** Hears the reason of a signal when it aborts: at once where it has. @returns Ends it. */
export function onAbort(signal: AbortSignal | undefined, hear: (reason: unknown) => void): () => void {
  const abort = (): void => hear(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  return () => signal?.removeEventListener('abort', abort);
}
