/** Whether the runtime's ReadableStream can be a readable byte stream (WebKitGTK's can't). */
export const hasByteStreams = (): boolean => 'ReadableStreamBYOBReader' in globalThis;
