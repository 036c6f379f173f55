import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { asChunk } from './as-chunk.ts';
import type { BodySource } from './body-source.ts';
import type { ChannelBackpressure } from './channel.ts';
import { checkBytes } from './check-bytes.ts';
import { checkTrailers } from './check-trailers.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { ignore } from './ignore.ts';
import { joinSmall } from './join-small.ts';
import { later } from './later.ts';
import type { Sender } from './sender.ts';
import { sizeOf } from './size-of.ts';

/** A send, or (without a chunk) a wait for room. */
interface Waiting {
  readonly bytes: number;
  readonly chunk: Uint8Array | undefined;
  resolve(): void;
  reject(error: Error): void;
}

const taken: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** Both ends of a channel: the sender, and the source of its body. `drop` hears of the bytes that a policy loses. */
export function channelQueue(
  highWaterMark: number,
  policy: ChannelBackpressure,
  drop: (bytes: number) => void,
): { sender: Sender; source: BodySource } {
  let settle: (closed: { cancelled: boolean; reason?: unknown }) => void = ignore;
  const closed: Sender['closed'] = new Promise((resolve) => {
    settle = resolve;
  });
  let held = new ChunkQueue();
  let waiting: Waiting[] = [];
  let reader: (() => void) | undefined;
  let trailers: Headers | undefined;
  let open = true;
  /** What it was aborted or cancelled with. */
  let failure: { readonly reason: unknown } | undefined;

  const fits = (bytes: number): boolean => !held.byteLength || held.byteLength + bytes <= highWaterMark;

  /** Those who wait and fit now have their turn, and so has the reader. */
  const admit = (): void => {
    for (let first = waiting[0]; first && fits(first.bytes); first = waiting[0]) {
      waiting.shift();
      if (first.chunk) held.push(first.chunk);
      first.resolve();
    }
    // What is sent in the same turn is read together.
    if (reader) taken.then(reader);
    reader = undefined;
  };

  const gone = (): ClosedError => new ClosedError(failure?.reason, 'The channel is closed');

  /** Nothing more is taken in. Those who wait hear of it; where nothing failed, the sends among them stay. */
  const leave = (): void => {
    const before = waiting;
    open = false;
    waiting = [];
    for (const one of before)
      if (one.chunk && !failure) waiting.push(one);
      else one.reject(gone());
    admit();
  };

  /** Handled from the start: a send that no one awaits must not end the process when the consumer leaves. */
  const wait = (bytes: number, chunk?: Uint8Array, error?: Error): Promise<void> => {
    const turn = new Promise<void>((resolve, reject) => {
      if (open && !error) waiting.push({ bytes, chunk, resolve, reject });
      else reject(error ?? gone());
    });
    turn.catch(ignore);
    return turn;
  };

  const trySend = (chunk: Uint8Array, bytes: number): boolean => {
    if (!open || !bytes) return open;
    if (policy === 'drop-oldest') while (!fits(bytes)) drop(sizeOf(held.shift()));
    // Where sends never wait, those who wait for room have no place that could be taken.
    if ((policy === 'block' && waiting.length) || !fits(bytes)) return false;
    held.push(chunk);
    admit();
    return true;
  };

  const sender: Sender = {
    send(given) {
      const chunk = bytesOf(given);
      const bytes = chunk.byteLength;
      if (trySend(chunk, bytes)) return taken;
      if (!open || policy === 'block') return wait(bytes, chunk);
      if (policy === 'strict')
        return wait(bytes, chunk, new LimitExceededError(highWaterMark, held.byteLength + bytes));
      drop(bytes);
      return taken;
    },
    trySend(given) {
      const chunk = bytesOf(given);
      return trySend(chunk, chunk.byteLength);
    },
    ready(bytes = 1) {
      checkBytes(bytes, 'bytes');
      return open && !waiting.length && fits(bytes) ? taken : wait(bytes);
    },
    get capacity() {
      return open && !waiting.length ? Math.max(0, highWaterMark - held.byteLength) : 0;
    },
    close(given) {
      if (given) checkTrailers(given);
      if (!open) return;
      trailers = given;
      leave();
    },
    abort(reason) {
      failure ??= { reason };
      leave();
    },
    closed,
  };

  const source: BodySource = {
    get ready() {
      return held.byteLength > 0 || !open;
    },
    get trailers() {
      return trailers;
    },
    pull(demand, _view, wake) {
      const chunk = joinSmall(held, demand);
      if (chunk) {
        admit();
        return chunk;
      }
      if (open) {
        reader = wake;
        return later;
      }
      settle({ cancelled: false, ...failure });
      if (failure) throw failure.reason;
      return null;
    },
    cancel(reason) {
      failure = { reason };
      held = new ChunkQueue();
      settle({ cancelled: true, reason });
      leave();
    },
  };
  return { sender, source };
}

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  const bytes = asChunk(chunk);
  if (isUint8Array(bytes)) return bytes;
  throw cannot('send a chunk', 'it must be bytes or text', chunk);
}
