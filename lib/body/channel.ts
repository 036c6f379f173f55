import { checkFunction } from '../errors/check-function.ts';
import { checkOneOf } from '../errors/check-one-of.ts';
import { BodyStream } from './body-stream.ts';
import { channelQueue } from './channel-queue.ts';
import { checkBytes } from './check-bytes.ts';
import { coreOf } from './core-of.ts';
import { ignore } from './ignore.ts';
import type { Sender } from './sender.ts';

/** What a full channel does with another chunk: `send` waits, rejects, loses the oldest chunks, or loses this one. */
export type ChannelBackpressure = 'block' | 'strict' | 'drop-oldest' | 'drop-newest';

export interface ChannelOptions {
  /** Bytes the channel holds. A chunk that is larger is taken only while the channel is empty. */
  highWaterMark: number;
  /** What happens when it is full. Default `block`. */
  backpressure?: ChannelBackpressure | undefined;
  /** Hears how many bytes a drop policy has lost. */
  onDrop?: ((bytes: number) => void) | undefined;
  /** Aborting errors the body at once, and closes the channel with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const policies: readonly unknown[] = ['block', 'strict', 'drop-oldest', 'drop-newest'];

/**
 * A bounded channel: a body with a push side. Its capacity is in bytes, and senders take turns, first in, first out. Chunks
 * that wait are passed as views, so leave their memory alone until they were read; small ones that wait together are joined
 * (copied) when they are read: a thousand one-byte sends cost one read.
 *
 * @param options `highWaterMark` in bytes, `backpressure`, `onDrop`, `signal`.
 * @returns The `sender` and the `body`. The body's trailers are what the sender closes with.
 * @throws TypeError or RangeError at the call for options out of range.
 * @see tokio's `mpsc::channel`, http-body-util's `Channel`
 * @example
 * ```ts
 * import { channel, collect } from 'sluice';
 *
 * const { sender, body } = channel({ highWaterMark: 65_536 });
 * await sender.send('hello ');
 * await sender.send('world');
 * sender.close(new Headers({ 'x-sum': '1' }));
 * const whole = await collect(body);
 * console.log(whole.text(), whole.trailers.get('x-sum')); // hello world 1
 * ```
 */
export function channel(options: ChannelOptions = {} as ChannelOptions): {
  sender: Sender;
  body: BodyStream;
} {
  const { highWaterMark, backpressure = 'block', onDrop = ignore, signal } = options;
  checkBytes(highWaterMark, 'highWaterMark');
  checkOneOf(backpressure, 'backpressure', policies);
  checkFunction(onDrop, 'onDrop');
  const { sender, source } = channelQueue(highWaterMark, backpressure, (bytes) => {
    const core = coreOf(body);
    if (core) core.counts.dropped += bytes;
    onDrop(bytes);
  });
  const body = new BodyStream(source, { signal });
  return { sender, body };
}
