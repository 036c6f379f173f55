import { handled } from '../body/handled.ts';
import { ignore } from '../body/ignore.ts';
import { concat } from '../bytes/concat.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { ConnectionLostError } from '../errors/connection-lost-error.ts';
import type { Duplex, Transport, TransportInfo } from './transport.ts';

/**
 * Two streams of any brand as a Transport: one read at a time, every write awaited. What is written is handed over in
 * memory of its own, as nothing is known of who reads it.
 */
export function duplexTransport(duplex: Duplex, info?: TransportInfo): Transport {
  const reader = duplex.readable.getReader();
  const writer = duplex.writable.getWriter();
  const gone = handled<void>();
  reader.closed.catch(ignore);
  writer.ready.catch(ignore);
  writer.closed.then(ignore, (error) => gone.reject(error));
  let aborted: { readonly error: unknown } | undefined;
  return {
    info,
    closed: gone.promise,
    async read() {
      for (;;) {
        const { done, value } = await reader.read();
        // A pending read is ended by the cancel, and must not look like the peer's end.
        if (aborted) throw aborted.error;
        if (done) return null;
        if (!isUint8Array(value)) throw cannot('read a connection', 'its chunks must be bytes', value);
        if (value.byteLength > 0) return value;
      }
    },
    write(chunks) {
      const [only] = chunks;
      const whole = chunks.length === 1 && only !== undefined && only.byteLength === only.buffer.byteLength;
      return writer.write(whole ? (only as Uint8Array<ArrayBuffer>) : concat(chunks));
    },
    // After an abort the close of a stream whose write is stuck would never settle.
    close: () => (aborted ? Promise.resolve() : writer.close()),
    abort(reason) {
      if (aborted) return;
      const error = reason ?? new ConnectionLostError('The connection was closed');
      aborted = { error };
      reader
        .cancel(error)
        .then(ignore, ignore)
        .then(() => reader.releaseLock());
      writer
        .abort(error)
        .then(ignore, ignore)
        .then(() => writer.releaseLock());
      gone.resolve();
    },
  };
}
