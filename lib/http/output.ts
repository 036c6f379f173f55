import { ignore } from '../body/ignore.ts';
import { COPY_LIMIT } from '../bytes/copy-limit.ts';
import { PieceWriter } from '../bytes/piece-writer.ts';
import { encodeLatin1 } from '../http1/encode-latin1.ts';
import { Lull } from './lull.ts';
import type { Transport } from './transport.ts';
import { TransportWriter, type WriteSettings } from './transport-writer.ts';

/**
 * The sending half of a connection: joins small pieces, so that a head, a chunk's size and its data go out as one write.
 */
export class Output extends PieceWriter {
  /** Those bytes of `queued` that are of a body: its sender counts them. */
  held = 0;
  readonly writer: TransportWriter;
  readonly #lull: Lull;

  /** @param onFail A write has failed, or took longer than `writeTimeout`. */
  constructor(io: Transport, settings: WriteSettings, onFail: (error: unknown) => void = ignore) {
    super();
    this.writer = new TransportWriter(io, this, settings, onFail);
    this.#lull = new Lull(io, () => this.flush());
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

  /** Hands over what was added, and calls back once it was taken. A promise: there is no room until it settles. */
  flush(taken?: () => void): void | Promise<void> {
    this.held = 0;
    return this.writer.flush(taken);
  }

  /** Hands over what was added once nothing more comes at once. */
  flushSoon(): void {
    this.#lull.wait();
  }
}
