import { describe, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import {
  type ClientConnection,
  openConnection,
  type ServerConnection,
  serveConnection,
  type Transport,
} from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { PREFACE, SETTINGS } from './conformance.ts';
import { type Case, H2SPEC } from './h2spec.ts';
import { framesIn, verdict } from './h2spec-verdict.ts';

/** The tool's end of a connection: what it sends can be read at once, and what comes is kept. */
class Tool implements Transport {
  readonly written: Uint8Array[] = [];
  readonly closed = new Promise<void>(() => {});
  ended = false;
  readonly #queue: Uint8Array[] = [];
  #pending: ((chunk: Uint8Array | null) => void) | undefined;

  send(bytes: Uint8Array): void {
    if (this.#pending === undefined) this.#queue.push(bytes);
    else this.#pending(bytes);
    this.#pending = undefined;
  }
  read(): Promise<Uint8Array | null> {
    const bytes = this.#queue.shift();
    if (bytes !== undefined) return Promise.resolve(bytes);
    return new Promise((resolve) => {
      this.#pending = resolve;
    });
  }
  write(chunks: Uint8Array[]): void {
    if (!this.ended) this.written.push(...chunks.map((chunk) => chunk.slice()));
  }
  async close(): Promise<void> {
    this.ended = true;
  }
  abort(): void {
    this.ended = true;
    this.#pending?.(null);
  }
}

/** Lets promises and the streams' own tasks come to rest. */
async function rest(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function play(role: 'server' | 'client', { accept, frames, raw, closed }: Case, together: boolean) {
  const io = new Tool();
  let open = (): void => {};
  const answer = new Promise<void>((resolve) => {
    open = resolve;
  });
  const options = { protocol: 'h2', clock: virtualClock() } as const;
  let connection: ServerConnection | ClientConnection;
  if (role === 'server') {
    // An answer that comes before the end of a request is followed by RST_STREAM with NO_ERROR (RFC 9113 section 8.1): what the tool
    // sends of it after that is late, and is dropped.
    const handler = async () => {
      if (!together) await answer;
      return new Response('hello');
    };
    connection = serveConnection(io, handler, options);
  } else {
    const opened = openConnection(io, options);
    opened
      .fetch('/')
      .then((response) => response.text())
      .catch(() => {});
    connection = opened;
  }
  connection.closed.catch(() => {});
  await rest();
  if (raw !== true) for (const bytes of role === 'server' ? [PREFACE, SETTINGS] : [SETTINGS]) io.send(bytes);
  await rest();
  // The tool does not wait between frames, but for the end of a response.
  const last = frames.length - (closed === true ? 1 : 0);
  const early = frames.slice(0, last);
  for (const bytes of together ? [concat(early)] : early) {
    if (bytes.byteLength > 0) io.send(bytes);
    await rest();
  }
  open();
  await rest();
  for (const bytes of frames.slice(last)) io.send(bytes);
  await rest();
  verdict(accept, framesIn(role, io.written), io.ended);
  connection.abort();
}

describe('what h2spec asks of a served connection', () => {
  it.each(H2SPEC.server.map((test) => [test.id, test] as const))('%s', async (_, test) => {
    await play('server', test, true);
    await play('server', test, false);
  });
});

describe('what h2specd asks of an opened connection', () => {
  it.each(H2SPEC.client.map((test) => [test.id, test] as const))('%s', async (_, test) => {
    await play('client', test, true);
    await play('client', test, false);
  });
});
