import { BodyStream } from '../body/body-stream.ts';
import { deferred } from '../body/deferred.ts';
import { isPromise } from '../body/is-promise.ts';
import { onAbort } from '../body/on-abort.ts';
import type { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import type { Duplex, Transport } from './transport.ts';

/** What is left of a connection when HTTP is over, from the first byte that HTTP did not use; `over` when both directions are. */
export function openTunnel(io: Transport, input: Http1Input): { duplex: Duplex; over: Promise<unknown> } {
  const received = deferred<void>();
  const sent = deferred<void>();
  const pull = (): Uint8Array | null | Promise<Uint8Array | null> => {
    const chunk = input.takeUnused();
    if (chunk !== null) return chunk;
    if (input.over) {
      received.resolve();
      if (input.lost) throw input.lost.reason;
      return null;
    }
    const filled = input.fill();
    return isPromise(filled) ? filled.then(pull) : pull();
  };
  const readable = new BodyStream({ pull, cancel: () => received.resolve() }, { type: 'bytes' });
  const writable = new WritableStream<Uint8Array>(
    {
      start(controller) {
        // Who waits for something to write hears of a loss too.
        const lose = (error?: unknown): void => {
          sent.resolve();
          controller.error(lossOf(error));
        };
        io.closed.then(lose, lose);
        // The sink's own abort() would wait for a write that waits.
        onAbort(controller.signal, (reason) => {
          sent.resolve();
          received.resolve();
          io.abort(reason);
        });
      },
      async write(chunk) {
        try {
          await io.write([chunk]);
        } catch (error) {
          // The stream calls neither close() nor abort() after it.
          sent.resolve();
          throw lossOf(error);
        }
      },
      close: () => io.close().finally(() => sent.resolve()),
    },
    { highWaterMark: 1 },
  );
  return { duplex: { readable, writable }, over: Promise.all([received.promise, sent.promise]) };
}
