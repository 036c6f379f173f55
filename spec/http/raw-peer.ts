import type { Duplex } from '../../lib/http/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';

const encoder = new TextEncoder();

/** The other end of a connection, by hand. */
export class RawPeer {
  readonly io: Duplex;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  received = '';
  ended = false;
  failed: unknown;

  constructor(io: Duplex) {
    this.io = io;
    this.#reader = io.readable.getReader();
    this.#writer = io.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
    this.#reader.closed.catch(() => {});
  }

  /** Settles when it was taken. */
  send(data: string | Uint8Array): Promise<void> {
    const sent = this.#writer.write(typeof data === 'string' ? encoder.encode(data) : data);
    sent.catch(() => {});
    return sent;
  }

  async read(): Promise<boolean> {
    try {
      const { done, value } = await this.#reader.read();
      if (done) this.ended = true;
      else this.received += Buffer.from(value).toString('latin1');
      return !done;
    } catch (error) {
      this.failed = error;
      return false;
    }
  }

  /** Reads until the text matches, or to the end. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received) && (await this.read()));
    return this.received;
  }

  /** Reads to the end, or to a failure. */
  async all(): Promise<string> {
    while (await this.read());
    return this.received;
  }

  close(): Promise<void> {
    return this.#writer.close().catch(() => {});
  }

  reset(reason: unknown = new Error('reset')): void {
    this.#writer.abort(reason).catch(() => {});
    this.#reader.cancel(reason).catch(() => {});
  }
}

/** A peer by hand, and the end that is served or opened. */
export function rawPair(): [RawPeer, Duplex] {
  const [left, right] = duplexPair();
  return [new RawPeer(left), right];
}

/** Lets everything that is ready run. */
export async function turns(n = 3): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
}
