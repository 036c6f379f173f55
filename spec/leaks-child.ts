// Opens and closes 100,000 bodies in every way there is, and prints what is left. Run with --expose-gc.
import { getEventListeners } from 'node:events';
import { body, byteReader, bytes, collect, discard, iterate } from '../lib/mod.ts';
import { countingSource } from '../lib/testing/mod.ts';

const cycles = 100_000;
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

const ignore = (): void => {};
const broke = new Error('broke');
// One signal for all, as a server that shuts down has it.
const { signal } = new AbortController();
const failing = () => ({
  pull: (): never => {
    throw broke;
  },
});
const streams = (n: number) =>
  body('x'.repeat(1 + (n % 9)), { signal, type: n % 2 ? 'bytes' : 'default', highWaterMark: n % 5 });
const pending = { pull: () => new Promise<null>(ignore) };

/** Each leaves one body behind in its own way; what it returns must be unlocked. */
const ways: ((n: number) => Promise<ReadableStream | undefined>)[] = [
  // Nobody reads it, and nobody says so: only the collector can tell.
  async () => void body('x', { highWaterMark: 10 }),
  async (n) => {
    const stream = streams(n);
    await bytes(stream);
    return stream;
  },
  async (n) => {
    const stream = streams(n);
    await stream.cancel('unread');
    return stream;
  },
  async () => {
    const stream = body(countingSource({ chunkBytes: 8, async: true }), { signal, highWaterMark: 64 });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    reader.releaseLock();
    return stream;
  },
  async () => {
    const stream = body(failing(), { signal });
    await collect(stream).catch(ignore);
    return stream;
  },
  async () => {
    const stream = body(failing(), { signal });
    // Nobody listens to the trailers, nor to a second reader.
    void stream.trailers;
    for await (const _chunk of iterate(stream, { signal })) break;
    return stream;
  },
  async (n) => {
    const stream = streams(n);
    for await (const _chunk of iterate(stream, { signal })) break;
    return stream;
  },
  async () => {
    const controller = new AbortController();
    const stream = body(pending, { signal: controller.signal });
    const reader = stream.getReader();
    const read = reader.read();
    controller.abort(broke);
    await read.catch(ignore);
    reader.releaseLock();
    return stream;
  },
  async (n) => {
    const inner = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(4));
        if (n % 3 === 0) controller.error(broke);
      },
    });
    await discard(body(inner, { signal }), { limit: 10 }).catch(ignore);
    return inner;
  },
  async () => {
    const reader = byteReader(body(countingSource({ chunkBytes: 8 }), { signal }));
    await reader.readExactly(10);
    const rest = reader.rest();
    await rest.cancel();
    return rest;
  },
];

let locked = 0;
const heap: number[] = [];
for (let n = 1; n <= cycles; n++) {
  const way = ways[n % ways.length];
  const left = await way?.(n).catch(ignore);
  if (left?.locked) locked++;
  if (n % (cycles / 2) === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed);
  }
}
const timers = process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate/.test(kind)).length;
const listeners = getEventListeners(signal, 'abort').length;
console.log(JSON.stringify({ cycles, heap, locked, listeners, timers, unhandled }));
