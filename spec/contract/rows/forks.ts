import type { BodyStream } from '../../../lib/mod.ts';
import type { Row } from '../contract.ts';
import { counted, drain, upTo, watched } from './helpers.ts';

/** The bounded tee. */
export const forkRows: readonly Row[] = [
  {
    name: 'each branch of a fork gets everything from one reading of the source, the length and the trailers too',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal }) {
      const from = counted(10, 9);
      const trailers = new Headers({ 'x-sum': '1' });
      const whole = sluice.body(source.stream(from), { byteLength: 90, trailers });
      const branches = sluice.fork(whole, 3, { highWaterMark: 25 });
      const read = await Promise.all(branches.map((branch) => drain(consumer.read(branch))));
      for (const one of read) equal(one, upTo(90));
      for (const branch of branches) equal([branch.byteLength, branch.hasTrailers], [90, true]);
      equal([...((await branches[0]?.trailers) ?? [])], [['x-sum', '1']]);
      equal(from.pulls, 10);
    },
  },
  {
    name: 'a fork pulls nothing before a read, and no branch runs ahead by more than highWaterMark and a chunk',
    uses: [],
    async run({ sluice, testing, equal, settle }) {
      for (const async of [false, true]) {
        const source = testing.countingSource({ chunkBytes: 10, async });
        const [slow, fast] = sluice.fork(source, 2, { highWaterMark: 35 }) as [BodyStream, BodyStream];
        await settle();
        equal(source.pulls, 0, 'pulls');
        const reader = fast.getReader();
        let read = 0;
        const taken = (async () => {
          for (let next = await reader.read(); !next.done; next = await reader.read())
            read += next.value.byteLength;
        })();
        await settle();
        equal([read, source.bytes], [40, 40], 'the fast branch');
        const other = slow.getReader();
        await other.read();
        await settle();
        equal(source.bytes, 50, 'after a read of the slow one');
        await Promise.all([reader.cancel(), other.cancel(), taken]);
      }
    },
  },
  {
    name: 'a branch of a fork that falls behind errors, or loses its oldest bytes and counts them',
    uses: [],
    async run({ sluice, testing, equal, rejection }) {
      for (const backpressure of ['error', 'drop-oldest'] as const) {
        const source = testing.countingSource({ chunkBytes: 10, totalBytes: 100 });
        const options = { highWaterMark: 30, backpressure };
        const [slow, fast] = sluice.fork(source, 2, options) as [BodyStream, BodyStream];
        equal(await drain(fast.getReader()), upTo(100));
        if (backpressure === 'error') {
          const { code, limit } = (await rejection(sluice.bytes(slow))) as Record<string, unknown>;
          equal([code, limit], ['ERR_LIMIT_EXCEEDED', 30]);
        } else {
          equal(await drain(slow.getReader()), upTo(100).slice(70));
          equal(slow.stats.dropped, 70);
        }
      }
    },
  },
  {
    name: 'the source of a fork is cancelled once every branch is, with all reasons',
    uses: [],
    async run({ sluice, equal, same, settle }) {
      const from = counted(10, 50);
      const branches = sluice.fork(watched(from), 3, { highWaterMark: 20 });
      const reasons = [new Error('a'), new Error('b'), new Error('c')];
      for (const [n, branch] of branches.entries()) {
        await settle();
        equal(from.reasons.length, 0, `cancels after ${n}`);
        // Not awaited: a branch may wait for the others.
        branch.cancel(reasons[n]).catch(() => {});
      }
      await settle();
      equal(from.reasons.length, 1, 'cancels');
      const [told] = from.reasons;
      for (const [n, reason] of reasons.entries()) same((told as unknown[])[n], reason, `reason ${n}`);
    },
  },
  {
    name: 'an error of the source reaches every branch after what came before',
    uses: [],
    async run({ sluice, equal, same, rejection }) {
      const broke = new Error('broke');
      let n = 0;
      const pull = () => {
        if (n++ === 0) return new Uint8Array(10);
        throw broke;
      };
      for (const branch of sluice.fork({ pull }, 2, { highWaterMark: 20 })) {
        const reader = branch.getReader();
        equal((await reader.read()).value?.byteLength, 10);
        same(await rejection(reader.read()), broke);
      }
    },
  },
];
