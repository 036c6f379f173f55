import { expect, it } from '@jest/globals';
import { openConnection, type Transport } from '../../lib/http/mod.ts';
import { HpackEncoder } from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { frame, SETTINGS, u32 } from '../http2/conformance.ts';

/** A transport whose writes may stay pending, and that tells what is written behind its end. */
class Scripted implements Transport {
  readonly closed = new Promise<void>(() => {});
  stuck = false;
  ended = false;
  late = 0;
  #take: ((chunk: Uint8Array) => void) | undefined;
  readonly #fail: ((reason: unknown) => void)[] = [];

  send(...chunks: Uint8Array[]): void {
    this.#take?.(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
  }
  read(): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#take = resolve;
      this.#fail.push(reject);
    });
  }
  write(): void | Promise<void> {
    if (this.ended) this.late++;
    if (this.stuck) return new Promise((_, reject) => this.#fail.push(reject));
  }
  async close(): Promise<void> {
    this.ended = true;
  }
  abort(reason: unknown): void {
    this.ended = true;
    for (const fail of this.#fail) fail(reason);
  }
}

async function rest(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

it('a write that fails once the connection is over starts no timer', async () => {
  const io = new Scripted();
  io.stuck = true;
  const clock = virtualClock();
  const timers = new Set<unknown>();
  const connection = openConnection(io, {
    protocol: 'h2',
    clock: {
      now: () => clock.now(),
      setTimeout: (callback, ms) => {
        const id = clock.setTimeout(callback, ms);
        timers.add(id);
        return id;
      },
      clearTimeout: (id) => {
        timers.delete(id);
        clock.clearTimeout(id);
      },
    },
  });
  connection.closed.catch(() => {});
  connection.fetch('/').catch(() => {});
  await rest();
  connection.abort(new Error('enough'));
  await rest();
  expect(timers.size).toBe(0);
});

it('a body that is read once the connection was half-closed gives no credit any more', async () => {
  const io = new Scripted();
  const connection = openConnection(io, { protocol: 'h2', clock: virtualClock(), connectionBudget: 65_535 });
  connection.closed.catch(() => {});
  const asked = connection.fetch('/');
  await rest();
  const head = new HpackEncoder().encode([[':status', '200']]);
  const data = Array.from({ length: 4 }, (_, i) => frame(0, i === 3 ? 1 : 0, 1, new Uint8Array(15_000)));
  io.send(SETTINGS, frame(4, 1, 0), frame(1, 4, 1, head), ...data, frame(7, 0, 0, [...u32(1), ...u32(0)]));
  const response = await asked;
  await rest();
  expect(io.ended).toBe(true);
  expect((await response.arrayBuffer()).byteLength).toBe(60_000);
  await rest();
  expect(io.late).toBe(0);
  connection.abort();
});

it('writes again to memory only when the transport has said that it is done with it', async () => {
  const io = Object.assign(new Scripted(), { flushed: false });
  const places: number[] = [];
  io.write = (...[chunks]: [chunks?: Uint8Array[]]) => void places.push(chunks?.[0]?.byteOffset ?? -1);
  const connection = openConnection(io, { protocol: 'h2', clock: virtualClock() });
  connection.closed.catch(() => {});
  await rest();
  const ask = async (): Promise<number> => {
    connection.fetch('/').catch(() => {});
    await rest();
    return places.at(-1) ?? -1;
  };
  const first = await ask();
  const second = await ask();
  expect(second).toBeGreaterThan(first);
  io.flushed = true;
  const third = await ask();
  expect([third > second, await ask()]).toEqual([true, third]);
  connection.abort();
});
