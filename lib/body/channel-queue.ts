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
import { type Deferred, deferred } from './deferred.ts';
import { ignore } from './ignore.ts';
import { joinSmall } from './join-small.ts';
import { later } from './later.ts';
import type { Sender } from './sender.ts';
import { sizeOf } from './size-of.ts';

/** A send, or (without a chunk) a wait for room. */
interface Waiting extends Deferred<void> {
  readonly bytes: number;
  readonly chunk: Uint8Array | undefined;
}

const taken: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** Both ends of a channel: the sender, and the source of its body. `drop` hears of the bytes that a policy loses. */
export function channelQueue(
  highWaterMark: number,
  policy: ChannelBackpressure,
  drop: (bytes: number) => void,
): { sender: Sender; source: BodySource } {
  const closed = deferred<{ cancelled: boolean; reason?: unknown }>();
  let held = new ChunkQueue();
  let waiting: Waiting[] = [];
  let reader: (() => void) | undefined;
  let trailers: Headers | undefined;
  let state: 'open' | 'closing' | 'aborted' | 'over' = 'open';
  let reason: unknown;

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

  const gone = (): ClosedError => new ClosedError(reason, 'The channel is closed');

  /** Nothing more is taken in. Those who wait hear of it; on a `close` the sends among them stay. */
  const leave = (next: typeof state): void => {
    const before = waiting;
    state = next;
    waiting = [];
    for (const one of before)
      if (next === 'closing' && one.chunk) waiting.push(one);
      else one.reject(gone());
    admit();
  };

  /** Handled from the start: a send that no one awaits must not end the process when the consumer leaves. */
  const wait = (bytes: number, chunk?: Uint8Array, error?: Error): Promise<void> => {
    const one = { ...deferred<void>(), bytes, chunk };
    one.promise.catch(ignore);
    if (state === 'open' && !error) waiting.push(one);
    else one.reject(error ?? gone());
    return one.promise;
  };

  const trySend = (chunk: Uint8Array, bytes: number): boolean => {
    if (state !== 'open' || !bytes) return state === 'open';
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
      if (state !== 'open' || policy === 'block') return wait(bytes, chunk);
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
      return state === 'open' && !waiting.length && fits(bytes) ? taken : wait(bytes);
    },
    get capacity() {
      return state !== 'open' || waiting.length ? 0 : Math.max(0, highWaterMark - held.byteLength);
    },
    close(given) {
      if (given) checkTrailers(given);
      if (state !== 'open') return;
      trailers = given;
      leave('closing');
    },
    abort(error) {
      if (state !== 'open' && state !== 'closing') return;
      reason = error;
      leave('aborted');
    },
    closed: closed.promise,
  };

  const source: BodySource = {
    get ready() {
      return held.byteLength > 0 || state !== 'open';
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
      if (state === 'open') {
        reader = wake;
        return later;
      }
      const aborted = state === 'aborted';
      state = 'over';
      closed.resolve({ cancelled: false, ...(aborted && { reason }) });
      if (aborted) throw reason;
      return null;
    },
    cancel(why) {
      reason = why;
      held = new ChunkQueue();
      closed.resolve({ cancelled: true, reason });
      leave('over');
    },
  };
  return { sender, source };
}

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  const bytes = asChunk(chunk);
  if (isUint8Array(bytes)) return bytes;
  throw cannot('send a chunk', 'it must be bytes or text', chunk);
}
