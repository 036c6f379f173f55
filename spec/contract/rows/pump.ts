import type { AnyStream, Row } from '../contract.ts';
import { counted, drain, upTo } from './helpers.ts';

/** Bodies that are pumped into other streams by hand, as a library that knows no brands does. */
export const pumpRows: readonly Row[] = [
  {
    name: 'pumped into a WritableStream of any brand, every byte comes',
    uses: ['source', 'streams'],
    async run({ sluice, source, streams, equal }) {
      const all: number[] = [];
      const sink = new streams.WritableStream<Uint8Array>({ write: (chunk) => void all.push(...chunk) });
      const reader = sluice.body(source.stream(counted(10, 5))).getReader();
      const writer = sink.getWriter();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        await writer.write(value);
      }
      await writer.close();
      equal(all, upTo(50));
    },
  },
  {
    name: 'a sink that stalls stops the source after the chunk in hand',
    uses: ['streams'],
    async run({ sluice, testing, streams, equal, settle }) {
      const sink = new streams.WritableStream<Uint8Array>({ write: () => new Promise<void>(() => {}) });
      const source = testing.countingSource({ chunkBytes: 10 });
      const reader = sluice.body(source).getReader();
      const writer = sink.getWriter();
      (async () => {
        for (;;) {
          const { value } = await reader.read();
          await writer.write(value);
        }
      })().catch(() => {});
      await settle();
      equal(source.pulls, 1);
      await reader.cancel();
    },
  },
  {
    name: 'through a TransformStream of any brand and into a body again',
    uses: ['streams'],
    async run({ sluice, testing, streams, equal }) {
      const { readable, writable } = new streams.TransformStream<Uint8Array, Uint8Array>();
      const source = testing.countingSource({ chunkBytes: 10, totalBytes: 50 });
      const reader = sluice.body(source).getReader();
      const writer = writable.getWriter();
      const pumped = (async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return writer.close();
          await writer.write(value);
        }
      })();
      const out = sluice.body(readable as unknown as AnyStream);
      equal(await drain(out.getReader()), upTo(50));
      await pumped;
    },
  },
];
