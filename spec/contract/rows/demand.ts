import type { Row } from '../contract.ts';
import { counted, drain, upTo } from './helpers.ts';

const types = ['default', 'bytes'] as const;

/** Law 1: no demand, no data. */
export const demandRows: readonly Row[] = [
  {
    name: 'every byte comes, in order, then the end',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal }) {
      for (const type of types) {
        for (const highWaterMark of [0, 100, 1 << 20]) {
          const from = counted(30, 5);
          const stream = sluice.body(source.stream(from), { type, highWaterMark });
          equal(await drain(consumer.read(stream)), upTo(150), `${type} ${highWaterMark}`);
          const { pulled, delivered, buffered, dropped, state } = stream.stats;
          equal([pulled, delivered, buffered, dropped, state], [150, 150, 0, 0, 'ended'], 'stats');
        }
      }
    },
  },
  {
    name: 'a body that nobody reads is never pulled',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      for (const type of types) {
        for (const highWaterMark of [0, 1, 65_536]) {
          const from = counted(10, 100);
          const stream = sluice.body(source.stream(from), { type, highWaterMark });
          await settle();
          equal([from.pulls, stream.stats.pulls], [0, 0], 'pulls');
        }
      }
    },
  },
  {
    name: 'one read costs one pull',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal, settle }) {
      for (const type of types) {
        const from = counted(10, 100);
        const reader = consumer.read(sluice.body(source.stream(from), { type }));
        for (const reads of [1, 2, 3]) {
          await reader.read();
          await settle();
          equal(from.pulls, reads, 'pulls');
        }
      }
    },
  },
  {
    name: 'the body itself asks a stream of any brand for one chunk a read',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      const stream = sluice.body(source.stream(counted(10, 100)));
      const reader = stream.getReader();
      for (const reads of [1, 2, 3]) {
        await reader.read();
        await settle();
        equal(stream.stats.pulls, reads, 'pulls');
      }
    },
  },
  {
    name: 'it holds at most highWaterMark bytes and one chunk',
    uses: [],
    async run({ sluice, testing, equal, settle }) {
      for (const type of types) {
        for (const [chunkBytes, highWaterMark] of [
          [1024, 10_000],
          [65_536, 65_536],
          [65_536, 100_000],
        ] as const) {
          const source = testing.countingSource({ chunkBytes, async: true });
          const stream = sluice.body(source, { type, highWaterMark });
          await stream.getReader().read();
          await settle();
          const held = Math.ceil(highWaterMark / chunkBytes) * chunkBytes;
          equal(
            [source.bytes - chunkBytes, stream.stats.buffered, stream.stats.peakBuffered],
            [held, held, held],
          );
        }
      }
    },
  },
  {
    name: 'a stream of any brand is read ahead by highWaterMark bytes and no more',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      const stream = sluice.body(source.stream(counted(1000, 1000)), { highWaterMark: 3500 });
      const { value } = await stream.getReader().read();
      await settle();
      const chunk = value?.byteLength ?? 0;
      equal(stream.stats.buffered, Math.ceil(3500 / chunk) * chunk, 'buffered');
    },
  },
  {
    name: 'bytes are counted, not chunks: empty chunks are skipped',
    uses: [],
    async run({ sluice, equal }) {
      let n = 0;
      const stream = sluice.body({ pull: () => (n++ < 6 ? new Uint8Array(n % 2) : null) });
      equal((await drain(stream.getReader())).length, 3);
      equal([stream.stats.pulls, stream.stats.delivered], [7, 3]);
    },
  },
];
