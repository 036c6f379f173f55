import { BodyCore } from '../body/body-core.ts';
import { BodyStream } from '../body/body-stream.ts';
import { type Deferred, deferred } from '../body/deferred.ts';
import { onAbort } from '../body/on-abort.ts';
import type { ReceivedBody } from './received-body.ts';
import type { Duplex } from './transport.ts';

/**
 * One stream as a connection of its own (RFC 9113 section 8.5, RFC 8441): what is written is pulled from `core` by the
 * stream's windows, so a write waits until its bytes are on their way.
 *
 * @param abort The writing side was aborted: told at once.
 */
export function openTunnel(
  incoming: ReceivedBody | null,
  abort: (reason: unknown) => void,
): { core: BodyCore; duplex: Duplex } {
  let chunk: Uint8Array | null = null;
  let ended = false;
  let wanted: Deferred<Uint8Array | null> | null = null;
  let writing: Deferred<void> | null = null;
  let sink: WritableStreamDefaultController | undefined;
  const core = new BodyCore({
    pull() {
      const given = chunk;
      chunk = null;
      if (given !== null) {
        writing?.resolve();
        writing = null;
        return given;
      }
      if (ended) return null;
      wanted = deferred();
      return wanted.promise;
    },
    cancel(reason) {
      sink?.error(reason);
      writing?.reject(reason);
    },
  });
  const writable = new WritableStream<Uint8Array>(
    {
      start(controller) {
        sink = controller;
        // The sink's own abort() would wait for a write that waits.
        onAbort(controller.signal, (reason) => {
          sink = undefined;
          abort(reason);
        });
      },
      write(part) {
        if (part.byteLength === 0) return undefined;
        if (wanted !== null) {
          wanted.resolve(part);
          wanted = null;
          return undefined;
        }
        chunk = part;
        writing = deferred();
        return writing.promise;
      },
      close() {
        ended = true;
        wanted?.resolve(null);
      },
    },
    { highWaterMark: 1 },
  );
  const readable = new BodyStream(incoming ?? { pull: () => null }, { type: 'bytes', transfer: true });
  return { core, duplex: { readable, writable } };
}
