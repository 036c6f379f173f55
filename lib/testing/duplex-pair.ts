import { checkBytes } from '../body/check-bytes.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { ignore } from '../body/ignore.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import type { Duplex } from '../http/transport.ts';

export interface DuplexPairOptions {
  /** Bytes that a direction holds while nobody reads. Default 0: a write waits until all of it was read. */
  highWaterMark?: number | undefined;
}

/**
 * Two ends of a connection in memory. Each direction holds at most `highWaterMark` bytes; a write settles when what it
 * wrote fits. Closing `writable` half-closes; aborting it, or cancelling `readable`, is seen by the other end.
 *
 * @param options `highWaterMark` in bytes.
 * @throws TypeError or RangeError for a highWaterMark that is no count of bytes.
 * @example
 * ```ts
 * import { duplexPair } from 'sluice/testing';
 *
 * const [left, right] = duplexPair();
 * left.writable.getWriter().write(new Uint8Array([1, 2]));
 * console.log((await right.readable.getReader().read()).value); // Uint8Array(2) [ 1, 2 ]
 * ```
 */
export function duplexPair(options: DuplexPairOptions = {}): [Duplex, Duplex] {
  const { highWaterMark = 0 } = options;
  checkBytes(highWaterMark, 'highWaterMark');
  const there = direction(highWaterMark);
  const back = direction(highWaterMark);
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

function direction(highWaterMark: number): Duplex {
  const queue: Uint8Array[] = [];
  let held = 0;
  let ended = false;
  let left: { readonly reason: unknown } | null = null;
  let writing: Deferred<void> | null = null;
  let reading: Deferred<void> | null = null;
  let source: ReadableStreamDefaultController<Uint8Array> | undefined;
  let sink: WritableStreamDefaultController | undefined;
  const lose = (reason: unknown): void => {
    left = { reason };
    ended = true;
    queue.length = held = 0;
    source?.error(new ConnectionLostError('The other end was aborted', { cause: reason }));
    reading?.resolve();
  };
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        source = controller;
      },
      async pull(controller) {
        while (queue.length === 0 && !ended) {
          reading = deferred();
          await reading.promise;
        }
        const chunk = queue.shift();
        if (chunk === undefined) return left === null ? controller.close() : undefined;
        held -= chunk.byteLength;
        if (held <= highWaterMark) writing?.resolve();
        controller.enqueue(chunk);
      },
      cancel(reason) {
        left = { reason };
        ended = true;
        queue.length = held = 0;
        const error = new ClosedError(reason, 'The other end reads no more');
        sink?.error(error);
        writing?.reject(error);
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<Uint8Array>(
    {
      start(controller) {
        sink = controller;
        // An abort waits for the write in hand, which waits for a read that may never come.
        controller.signal?.addEventListener('abort', () => writing?.reject(controller.signal.reason));
      },
      write(chunk) {
        if (!isUint8Array(chunk)) {
          const error = cannot('write', 'the chunk must be a Uint8Array', chunk);
          lose(error);
          throw error;
        }
        if (chunk.byteLength === 0) return undefined;
        queue.push(chunk);
        held += chunk.byteLength;
        reading?.resolve();
        if (held <= highWaterMark) return undefined;
        writing = deferred();
        writing.promise.catch(ignore);
        return writing.promise;
      },
      close() {
        ended = true;
        reading?.resolve();
      },
      abort: lose,
    },
    { highWaterMark: 1 },
  );
  return { readable, writable };
}
