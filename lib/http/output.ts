import type { Clock } from '../body/clock.ts';
import { ignore } from '../body/ignore.ts';
import { isPromise } from '../body/is-promise.ts';
import { COPY_LIMIT } from '../bytes/copy-limit.ts';
import { PieceWriter } from '../bytes/piece-writer.ts';
import { encodeLatin1 } from '../http1/encode-latin1.ts';
import { Lull } from './lull.ts';
import type { Transport } from './transport.ts';
import { writeDeadline } from './write-deadline.ts';

/**
 * The sending half of a connection: joins small pieces, so that a head, a chunk's size and its data go out as one write.
 */
export class Output extends PieceWriter {
  /** Those bytes of `queued` that are of a body: its sender counts them. */
  held = 0;
  bytesWritten = 0;
  /** The transport has no room; fulfils when it has. */
  blocked: Promise<void> | null = null;
  /** A write that failed, or took longer than `timeout`. */
  onFail: (error: unknown) => void = () => {};
  readonly #io: Transport;
  readonly #clock: Clock;
  readonly #timeout: number | undefined;
  readonly #lull: Lull;

  /** @param timeout ms for a write to be taken. Default: any time. */
  constructor(io: Transport, clock: Clock, timeout?: number) {
    super();
    this.#io = io;
    this.#clock = clock;
    this.#timeout = timeout;
    this.#lull = new Lull(io, () => this.send());
  }

  add(piece: Uint8Array): void {
    this.raw(piece);
  }

  /** Adds one chunk in the chunked transfer coding (RFC 9112 section 7.1). It must not be empty: that would be the last. */
  addChunk(chunk: Uint8Array): void {
    this.addText(`${chunk.byteLength.toString(16)}\r\n`);
    this.add(chunk);
    this.addText('\r\n');
  }

  /** Adds text, one character to one byte. */
  addText(text: string): void {
    const { length } = text;
    if (length > COPY_LIMIT) return this.raw(encodeLatin1(text));
    const at = this.reserve(length);
    for (let i = 0; i < length; i++) this.memory[at + i] = text.charCodeAt(i);
  }

  /** Hands over what was added. Settles when there is room for more. */
  flush(): void | Promise<void> {
    if (this.queued === 0) return undefined;
    this.bytesWritten += this.queued;
    this.held = 0;
    try {
      const taken = this.#io.write(this.take());
      const reuse = (): void => {
        if (this.#io.flushed) this.reuse();
      };
      if (!isPromise(taken)) return reuse();
      taken.then(reuse, ignore);
      return this.#watch(taken);
    } catch (error) {
      this.onFail(error);
      throw error;
    }
  }

  /** As `flush`, and then calls back; a failure is for `onFail` alone. */
  send(then: () => void = ignore): void {
    try {
      const taken = this.flush();
      if (isPromise(taken)) taken.then(then, ignore);
      else then();
    } catch {
      // Told already.
    }
  }

  /** Hands over what was added once nothing more comes at once. */
  flushSoon(): void {
    this.#lull.wait();
  }

  #watch(taken: Promise<void>): Promise<void> {
    writeDeadline(taken, this.#clock, this.#timeout, this.onFail);
    const settle = (): void => {
      if (this.blocked === taken) this.blocked = null;
    };
    this.blocked = taken;
    taken.then(settle, (error) => {
      settle();
      this.onFail(error);
    });
    return taken;
  }
}
