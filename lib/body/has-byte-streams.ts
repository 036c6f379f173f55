let known: boolean | undefined;

/** Whether the runtime's ReadableStream can be a readable byte stream (WebKitGTK's can't). */
export function hasByteStreams(): boolean {
  try {
    known ??= Boolean(new ReadableStream({ type: 'bytes' }));
  } catch {
    known = false;
  }
  return known;
}
