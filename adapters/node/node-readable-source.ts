import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { asChunk } from '../../lib/body/as-chunk.ts';
import type { BodySource } from '../../lib/body/body-source.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { closedEarly } from './closed-early.ts';
import { destroyWith } from './destroy-with.ts';
import { listen } from './listen.ts';

/** A Node Readable as a source: read on demand, in paused mode, so that it holds no more than its own highWaterMark. */
export class NodeReadableSource implements BodySource {
  readonly #readable: Readable;
  readonly #leave: (readable: Readable, reason: unknown) => void;
  /** Wakes the pull that waits. */
  #wake = ignore;
  #stop: (() => void) | undefined;
  /** It has ended, or failed: what came first. */
  #over: { readonly error?: unknown } | undefined;

  /** `leave`: what cancel does. A server's request must not take its response along. */
  constructor(readable: Readable, leave: (readable: Readable, reason: unknown) => void = destroyWith) {
    checkMethod(readable, 'a stream', 'a Node Readable', 'read');
    this.#readable = readable;
    this.#leave = leave;
    // What flows before the first read would be lost.
    if (readable.readableFlowing) readable.pause();
    // Stays: an error that nobody listens to is an uncaught exception, before the first read as after the end.
    readable.on('error', this.fail);
    // Those of readable-stream 2 and 3 have no `readableEnded`: the event tells of every stream.
    readable.on('end', this.#end);
    if (readable.readableEnded ?? !readable.readable) this.#end();
  }

  pull(): Uint8Array | null | Promise<Uint8Array | null> {
    const chunk = this.#next();
    return chunk === undefined ? this.#later() : chunk;
  }

  cancel(reason: unknown): void {
    this.#readable.off('end', this.#end);
    this.#stop?.();
    this.#leave(this.#readable, reason);
  }

  /** Fails the body, with what the Readable fails with or a reason of the driver's own. */
  readonly fail = (error: unknown): void => {
    this.#over ??= { error };
    this.#wake();
  };

  readonly #end = (): void => {
    // What node:http2 ends when it is reset.
    const { aborted, complete } = this.#readable as Partial<IncomingMessage>;
    if (aborted && complete) this.fail(closedEarly(this.#readable));
    this.#over ??= {};
    this.#wake();
  };

  async #later(): Promise<Uint8Array | null> {
    this.#stop ??= listen(this.#readable, ['readable', 'close'], () => this.#wake());
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return this.pull();
  }

  /** What can be said now: a chunk, the end, an error that is thrown, or undefined for not yet. */
  #next(): Uint8Array | null | undefined {
    const readable = this.#readable;
    const chunk: unknown = !this.#over || readable.readableLength > 0 ? readable.read() : null;
    // The bytes that an encoding stands for, not those of its text; without one it is UTF-8.
    if (typeof chunk === 'string') return Buffer.from(chunk, readable.readableEncoding as BufferEncoding);
    if (chunk !== null) return asChunk(chunk);
    // Why those of readable-stream 2 and 3 are destroyed is told by an event that is still to come.
    if (readable.errored || readable.destroyed) process.nextTick(this.fail, closedEarly(readable));
    const over = this.#over;
    if (!over) return undefined;
    this.#stop?.();
    if ('error' in over) throw over.error;
    return null;
  }
}
