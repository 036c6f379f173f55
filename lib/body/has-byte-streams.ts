let known: boolean | undefined;

/** Whether the runtime's ReadableStream can be a readable byte stream (WebKitGTK's can't). */
export function hasByteStreams(): boolean {
  if (known === undefined) {
    try {
      new ReadableStream({ type: 'bytes' });
      known = true;
    } catch {
      known = false;
    }
  }
  return known;
}
