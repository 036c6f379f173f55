import type { Library, Row } from '../contract.ts';
import { everyOperator, type OperatorRow } from '../every-operator.ts';
import { counted, drain, upTo } from './helpers.ts';

const forEach = async (library: Library, check: (row: OperatorRow) => Promise<void>): Promise<void> => {
  for (const row of everyOperator(library)) {
    try {
      await check(row);
    } catch (error) {
      throw new Error(`${row.name}: ${(error as Error).message}`);
    }
  }
};

/** Operators are free, and keep what they can keep. */
export const operatorRows: readonly Row[] = [
  {
    name: 'every operator lets every byte through, with the length and the trailers where it keeps the bytes',
    uses: ['source'],
    async run(env) {
      const { sluice, source, equal } = env;
      const trailers = new Headers({ 'x-sum': '1' });
      await forEach(env, async ({ make, keepsLength }) => {
        const from = sluice.body(source.stream(counted(10, 9)), { byteLength: 90, trailers });
        const piped = sluice.pipe(from, make(90));
        equal(piped.byteLength, keepsLength ? 90 : undefined);
        if (keepsLength) equal(piped.hasTrailers, true);
        equal(await drain(piped.getReader()), upTo(90));
        const kept = [...(await piped.trailers)];
        // withTrailers puts others in their place.
        if (keepsLength && kept.length > 0) equal(kept, [['x-sum', '1']]);
      });
    },
  },
  {
    name: 'an operator pulls nothing before a read, and holds no more than the chunk in hand',
    uses: [],
    async run(env) {
      const { sluice, testing, equal, settle } = env;
      await forEach(env, async ({ make, holds }) => {
        const source = testing.countingSource({ chunkBytes: 10 });
        const reader = sluice.pipe(source, make(1_000_000)).getReader();
        await settle();
        equal(source.pulls, 0, 'pulls before a read');
        let read = 0;
        for (let n = 0; n < 3; n++) {
          read += (await reader.read()).value?.byteLength ?? 0;
          await settle();
          equal(source.bytes - read <= holds + 10, true, `${source.bytes - read} bytes ahead`);
        }
        await reader.cancel();
      });
    },
  },
  {
    name: 'a chain of operators pulls as often as it is read',
    uses: [],
    async run({ sluice, testing, equal, settle }) {
      const source = testing.countingSource({ chunkBytes: 10 });
      const { limitBytes, tap, map, filter, coalesce } = sluice;
      const one = sluice.pipe(
        source,
        limitBytes(1000),
        tap(() => {}),
        coalesce(10),
      );
      const reader = sluice
        .pipe(
          one,
          map((chunk) => chunk),
          filter(() => true),
        )
        .getReader();
      for (const reads of [1, 2, 3]) {
        await reader.read();
        await settle();
        equal(source.pulls, reads, 'pulls');
      }
      await reader.cancel();
    },
  },
  {
    name: 'a cancel goes through every operator to the source, with the same reason, also while a pull is pending',
    uses: [],
    async run(env) {
      const { sluice, equal, same, settle } = env;
      await forEach(env, async ({ make }) => {
        const from = counted(10, 1, 'silence');
        const pull = async () => (await from.pull()) ?? null;
        const source = { pull, cancel: (reason: unknown) => void from.cancel?.(reason) };
        const reader = sluice.pipe(source, make(1_000_000)).getReader();
        const read = reader.read().catch(() => {});
        await settle();
        const reason = new Error('left');
        await reader.cancel(reason);
        await read;
        await settle();
        equal(from.reasons.length, 1, 'cancels');
        same(from.reasons[0], reason, 'the reason');
      });
    },
  },
  {
    name: 'an error of the source goes through every operator and stays the same',
    uses: [],
    async run(env) {
      const { sluice, same, rejection } = env;
      await forEach(env, async ({ make }) => {
        const broke = new Error('broke');
        const from = counted(10, 2, { error: broke });
        const source = { pull: async () => (await from.pull()) ?? null };
        same(await rejection(drain(sluice.pipe(source, make(1_000_000)).getReader())), broke);
      });
    },
  },
  {
    name: 'text, lines, ndjson and encodeSse keep characters and lines whole, however the bytes are cut',
    uses: [],
    async run({ sluice, equal }) {
      const whole = new TextEncoder().encode('{"a":"h\u00e9\ud83c\udf88"}\r\n{"b":2}\n');
      for (let at = 0; at <= whole.byteLength; at++) {
        const pieces = () => [whole.slice(0, at), whole.slice(at)];
        const all = async <T>(stream: ReadableStream<T>): Promise<T[]> => {
          const values: T[] = [];
          const reader = stream.getReader();
          for (let next = await reader.read(); !next.done; next = await reader.read())
            values.push(next.value);
          return values;
        };
        const { text, lines, ndjson } = sluice;
        equal((await all(sluice.pipe(pieces(), text()))).join(''), new TextDecoder().decode(whole));
        equal(await all(sluice.pipe(pieces(), lines())), ['{"a":"h\u00e9\ud83c\udf88"}', '{"b":2}']);
        equal(await all(sluice.pipe(pieces(), ndjson())), [{ a: 'h\u00e9\ud83c\udf88' }, { b: 2 }]);
      }
      const events = sluice.pipe([{ event: 'a', data: 'b\nc', id: '1' }], sluice.encodeSse());
      equal((await sluice.collect(events)).text(), 'event: a\nid: 1\ndata: b\ndata: c\n\n');
    },
  },
  {
    name: 'concat and merge read one or all of their bodies, and cancel all of them',
    uses: [],
    async run({ sluice, testing, equal, same }) {
      const make = () => [0, 1].map(() => testing.countingSource({ chunkBytes: 10, totalBytes: 20 }));
      const [a, b] = make() as [
        ReturnType<typeof testing.countingSource>,
        ReturnType<typeof testing.countingSource>,
      ];
      equal((await sluice.bytes(sluice.concat(a, b))).byteLength, 40);
      for (const join of [sluice.concat, sluice.merge]) {
        const sources = make();
        const reader = join(...sources).getReader();
        await reader.read();
        const reason = new Error('left');
        await reader.cancel(reason);
        for (const { cancelled } of sources) same(cancelled?.reason, reason);
      }
    },
  },
];
