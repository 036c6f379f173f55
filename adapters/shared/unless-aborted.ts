/** What `open` gives; when the signal aborts first, its reason, and `drop` gets what comes late. */
export async function unlessAborted<T>(
  open: Promise<T>,
  signal: AbortSignal | undefined,
  drop: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return open;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([open, aborted]);
  } catch (error) {
    open.then(drop, () => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
