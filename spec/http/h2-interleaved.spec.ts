import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat } from '../../lib/bytes/concat.ts';
import { type Handler, respond, serveConnection } from '../../lib/http/mod.ts';
import { bodyOf } from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { block, frame, GET, PREFACE, SETTINGS } from '../http2/conformance.ts';
import { givingTransport } from './giving-transport.ts';

/** Ways to read a request's body: each gives its bytes. */
const readers: ((request: Request, pause: () => Promise<void>) => Promise<number[]>)[] = [
  async (request, pause) => read(bodyOf(request).getReader(), pause),
  async (request, pause) => read((request.body as ReadableStream<Uint8Array>).getReader(), pause),
  async (request, pause) => {
    const reader = (request.body as ReadableStream<Uint8Array>).getReader({ mode: 'byob' });
    return read({ read: () => reader.read(new Uint8Array(5000)) }, pause);
  },
];

async function read(
  reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> },
  pause: () => Promise<void>,
): Promise<number[]> {
  const bytes: number[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes.push(...(part.value ?? []));
    await pause();
  }
  return bytes;
}

it('keeps streams apart that share the memory of their reads, however they are read', async () => {
  const padding = fc.constantFrom(0, 0, 0, 5);
  const large = fc.record({ stream: fc.constant(1), size: fc.integer({ min: 9000, max: 16_384 }), padding });
  const small = fc.record({ stream: fc.constantFrom(1, 3, 3), size: fc.nat(9000), padding });
  const data = fc.oneof(large, small);
  const arbitrary = {
    data: fc.array(data, { minLength: 1, maxLength: 14 }),
    cuts: fc.array(fc.constantFrom(16_384, 32_768, 65_536, 20_000, 100), { minLength: 1 }),
    modes: fc.tuple(fc.nat(2), fc.nat(2)),
    pauses: fc.array(fc.nat(2), { minLength: 1 }),
  };
  const run = async ({ data, cuts, modes, pauses }: Values): Promise<void> => {
    const post = block([[':method', 'POST'], ...GET.slice(1)]);
    const parts: Uint8Array[] = [PREFACE, SETTINGS, frame(4, 1, 0)];
    for (const id of [1, 3]) parts.push(frame(1, 4, id, post));
    const sent: Record<number, number[]> = { 1: [], 3: [] };
    let next = 0;
    for (const { stream, size, padding } of data) {
      const bytes = Array.from({ length: Math.max(0, size - padding) }, () => next++ % 251);
      sent[stream]?.push(...bytes);
      const padded = padding > 0 ? [padding - 1, ...bytes, ...new Array(padding - 1).fill(7)] : bytes;
      parts.push(frame(0, padding > 0 ? 8 : 0, stream, padded));
    }
    for (const id of [1, 3]) parts.push(frame(0, 1, id));
    const wire = concat(parts);
    const reads: Uint8Array[] = [];
    for (let at = 0, n = 0; at < wire.byteLength; n++) {
      const size = cuts[n % cuts.length] ?? 1;
      reads.push(wire.slice(at, at + size));
      at += size;
    }
    const got: Record<number, number[]> = {};
    let steps = 0;
    const pause = async (): Promise<void> => {
      for (let n = pauses[steps++ % pauses.length] ?? 0; n > 0; n--) await new Promise(setImmediate);
    };
    let started = 0;
    await new Promise<void>((resolve, reject) => {
      const handler: Handler = async (request) => {
        const index = started++;
        const reader = readers[modes[index] ?? 0] as (typeof readers)[0];
        got[2 * index + 1] = await reader(request, pause);
        if (Object.keys(got).length === 2) resolve();
        return respond('');
      };
      const options = {
        protocol: 'h2',
        highWaterMark: 1_048_576,
        clock: virtualClock(),
        onError: reject,
      } as const;
      const transport = givingTransport(false, ...reads);
      // Most readers wait for what the next read brings.
      const io = { ...transport, read: () => new Promise(setImmediate).then(() => transport.read()) };
      serveConnection(io, handler, options).closed.catch(() => {});
    });
    for (const id of [1, 3])
      expect(Buffer.compare(Buffer.from(got[id] ?? []), Buffer.from(sent[id] ?? []))).toBe(0);
  };
  type Values = {
    data: { stream: number; size: number; padding: number }[];
    cuts: number[];
    modes: [number, number];
    pauses: number[];
  };
  await fc.assert(fc.asyncProperty(fc.record(arbitrary), run), { numRuns: 100 });
}, 60_000);
