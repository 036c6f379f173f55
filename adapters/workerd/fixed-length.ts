import type { BodyStream } from '../../lib/body/body-stream.ts';

/**
 * A body as a stream of which workerd knows the length, by a property of its own. Its FixedLengthStream would hear of a
 * client that leaves only at the next write.
 */
export function fixedLength(body: BodyStream, length: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const source = {
    expectedLength: length,
    async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
