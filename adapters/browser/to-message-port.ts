import type { BodyLike } from '../../lib/body/body-like.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import {
  leavePort,
  type Port,
  type PortLike,
  postReason,
  type ToSender,
  unpackReason,
} from './port-messages.ts';

/** workerd collects a port that only its listeners know, and loses what is under way to it: who has the one keeps the other. */
const others = /* @__PURE__ */ new WeakMap<MessagePort, MessagePort>();

export interface ToMessagePortOptions {
  /** The body gives its buffers away: whole ones are transferred, not copied. Default false. */
  transfer?: boolean | undefined;
}

/**
 * A port that a body is read through, in another realm: transfer it to a worker, a page or a frame, and give it to
 * `fromMessagePort` there. Only as many bytes cross as the reader has given credit for, so a reader that stalls stops the
 * source, also in browsers that can't transfer streams. Cancel goes back with its reason; errors keep their name and code;
 * trailers arrive at the end.
 *
 * @example
 * ```ts
 * import { bytes } from 'sluice';
 * import { fromMessagePort, toMessagePort } from 'sluice/browser';
 *
 * const port = toMessagePort('over there'); // worker.postMessage({ port }, [port])
 * console.log((await bytes(fromMessagePort(port))).length); // 10
 * ```
 */
export function toMessagePort(from: BodyLike, options: ToMessagePortOptions = {}): Port {
  const core = coreFrom(from);
  const { port1, port2 } = new MessageChannel();
  const port: PortLike = port1 as unknown as PortLike;
  let credit = 0;
  let rest: Uint8Array | null = null;
  let running = false;

  const finish = (close: boolean): void => leavePort(port, { message: listen, close: lose }, close);
  const send = (chunk: Uint8Array): void => {
    // What has to be left alone is copied, and the copy moves.
    const own = options.transfer === true && chunk.byteLength === chunk.buffer.byteLength;
    const moved = own ? chunk : chunk.slice();
    try {
      port.postMessage({ chunk: moved }, [moved.buffer as ArrayBuffer]);
    } catch {
      // workerd moves nothing: it copies.
      port.postMessage({ chunk: moved }, []);
    }
  };
  const run = async (): Promise<void> => {
    while (credit > 0) {
      const chunk: Uint8Array | null = rest ?? (await core.pull(credit));
      if (core.state === 'cancelled') return;
      if (chunk === null) {
        const trailers = core.trailers === undefined ? null : [...(await core.trailers)];
        port.postMessage({ end: trailers }, []);
        return finish(false);
      }
      rest = chunk.byteLength > credit ? chunk.subarray(credit) : null;
      const part = rest ? chunk.subarray(0, credit) : chunk;
      credit -= part.byteLength;
      send(part);
    }
    // In the turn that saw no credit: more of it may come before who waits for this promise hears.
    running = false;
  };
  const listen = ({ data }: MessageEvent): void => {
    const message = data as ToSender;
    if ('cancel' in message) {
      cancelQuietly(core, unpackReason(message.cancel));
      return finish(true);
    }
    credit += message.credit;
    if (running) return;
    running = true;
    run()
      .catch((error) => {
        postReason(port, 'error', error);
        cancelQuietly(core, error);
        finish(false);
      })
      .catch(ignore);
  };
  const lose = (): void => {
    cancelQuietly(core, new ConnectionLostError('The reader of the port has gone'));
    finish(true);
  };
  port.addEventListener('message', listen);
  port.addEventListener('close', lose);
  port.start();
  others.set(port2, port1);
  return port2;
}
