import type { Row } from '../contract.ts';
import { counted, deferred, upTo } from './helpers.ts';

/** BYOB readers, where the runtime has byte streams. */
export const byobRows: readonly Row[] = [
  {
    name: 'a BYOB read asks for the size of its view, and what is over stays for the next',
    uses: [],
    async run({ sluice, equal }) {
      const asked: number[] = [];
      const pull = (demand: number): Uint8Array => {
        asked.push(demand);
        return Uint8Array.from({ length: 10 }, (_, i) => i);
      };
      const stream = sluice.body({ pull }, { type: 'bytes' });
      const reader = stream.getReader({ mode: 'byob' });
      equal((await reader.read(new Uint8Array(7))).value, [0, 1, 2, 3, 4, 5, 6]);
      equal((await reader.read(new Uint8Array(7))).value, [7, 8, 9]);
      equal((await reader.read(new Uint8Array(4))).value, [0, 1, 2, 3]);
      equal(asked, [7, 4], 'demand');
      await reader.cancel();
    },
  },
  {
    name: 'a BYOB reader gets every byte of a stream of any brand',
    uses: ['source'],
    async run({ sluice, source, equal }) {
      for (const highWaterMark of [0, 25]) {
        const stream = sluice.body(source.stream(counted(10, 5)), { type: 'bytes', highWaterMark });
        const reader = stream.getReader({ mode: 'byob' });
        const all: number[] = [];
        for (;;) {
          const { done, value } = await reader.read(new Uint8Array(7));
          if (done) break;
          all.push(...value);
        }
        equal(all, upTo(50));
        equal(stream.stats.state, 'ended');
      }
    },
  },
  {
    name: 'pullInto fills the view, and 0 is the end',
    uses: [],
    async run({ sluice, equal }) {
      for (const late of [false, true]) {
        let left = 10;
        const pullInto = (view: Uint8Array): number | Promise<number> => {
          const n = Math.min(left, 4, view.byteLength);
          view.fill(left, 0, n);
          left -= n;
          return late ? Promise.resolve(n) : n;
        };
        const pull = (): never => {
          throw new Error('pull must not be called');
        };
        const stream = sluice.body({ pull, pullInto }, { type: 'bytes', byteLength: 10 });
        const reader = stream.getReader({ mode: 'byob' });
        const sizes: number[] = [];
        for (;;) {
          const { done, value } = await reader.read(new Uint8Array(8));
          if (done) break;
          sizes.push(value.byteLength);
        }
        equal(sizes, [4, 4, 2]);
        equal([stream.stats.pulled, stream.stats.state], [10, 'ended']);
      }
    },
  },
  {
    name: 'a read with min waits for as many bytes',
    uses: ['source'],
    async run({ sluice, source, equal }) {
      const stream = sluice.body(source.stream(counted(3, 3)), { type: 'bytes' });
      const reader = stream.getReader({ mode: 'byob' });
      const read = (min: number) => reader.read(new Uint8Array(8), { min } as never);
      const sizes = [(await read(5)).value?.byteLength, (await read(2)).value?.byteLength];
      equal(sizes, [6, 3]);
      equal((await read(1)).done, true);
    },
  },
  {
    name: 'a BYOB reader hears of errors and cancels the source',
    uses: ['source'],
    async run({ sluice, source, equal, same, rejection, settle }) {
      const error = new Error('broke');
      const failing = sluice.body(source.stream(counted(3, 1, { error })), { type: 'bytes' });
      const reader = failing.getReader({ mode: 'byob' });
      equal((await reader.read(new Uint8Array(8))).value, [0, 1, 2]);
      same(await rejection(reader.read(new Uint8Array(8))), error);

      const from = counted(3, 9);
      const left = sluice.body(source.stream(from), { type: 'bytes' }).getReader({ mode: 'byob' });
      await left.read(new Uint8Array(2));
      const reason = new Error('enough');
      await left.cancel(reason);
      await settle();
      equal(from.reasons.length, 1, 'cancels');
      same(from.reasons[0], reason, 'the reason');
    },
  },
  {
    name: 'a read cancelled while pullInto is pending',
    uses: [],
    async run({ sluice, equal, settle }) {
      let give = (_n: number): void => {};
      const reasons: unknown[] = [];
      const pullInto = (): Promise<number> =>
        new Promise((resolve) => {
          give = resolve;
        });
      const stream = sluice.body(
        { pull: () => null, pullInto, cancel: (reason) => void reasons.push(reason) },
        { type: 'bytes' },
      );
      const reader = stream.getReader({ mode: 'byob' });
      const read = reader.read(new Uint8Array(8));
      await settle();
      const cancelled = reader.cancel('left');
      equal(reasons, ['left']);
      give(5);
      await cancelled;
      equal((await read).done, true);
      await settle();
      equal([stream.stats.delivered, stream.stats.state], [0, 'cancelled']);
    },
  },
  {
    name: 'what comes for a BYOB read that was given up is for the next reader, of either kind',
    uses: [],
    async run({ sluice, equal, settle, rejection }) {
      for (const mode of [undefined, 'byob'] as const)
        for (const into of [false, true]) {
          const { promise, resolve } = deferred();
          let pulls = 0;
          const next = async (): Promise<number[]> => {
            await promise;
            return pulls++ ? [] : [1, 2, 3];
          };
          const pull = async () => {
            const bytes = await next();
            return bytes.length ? Uint8Array.from(bytes) : null;
          };
          const pullInto = async (view: Uint8Array) => {
            const bytes = await next();
            view.set(bytes);
            return bytes.length;
          };
          const stream = sluice.body(into ? { pull, pullInto } : { pull }, { type: 'bytes', transfer: true });
          const first = stream.getReader({ mode: 'byob' });
          const given = first.read(new Uint8Array(3));
          await settle();
          first.releaseLock();
          await rejection(given);
          const reader = stream.getReader(mode ? { mode } : (undefined as never)) as ReadableStreamBYOBReader;
          const reads = [reader.read(new Uint8Array(4)), reader.read(new Uint8Array(4))];
          await settle();
          resolve();
          const [bytes, end] = await Promise.all(reads);
          equal([[...(bytes?.value ?? [])], end?.done], [[1, 2, 3], true], `${mode} ${into}`);
        }
    },
  },
  {
    name: 'what a BYOB read that was given up had of its view comes first, however many reads wait',
    uses: [],
    async run({ sluice, equal, settle, rejection }) {
      const { promise, resolve } = deferred();
      let pulls = 0;
      const pull = () => {
        const bytes = Uint8Array.of(2 * pulls++ + 1, 2 * pulls);
        return pulls === 2 ? promise.then(() => bytes) : bytes;
      };
      const stream = sluice.body({ pull }, { type: 'bytes' });
      const first = stream.getReader({ mode: 'byob' });
      const given = first.read(new Uint8Array(8), { min: 8 } as never);
      await settle();
      first.releaseLock();
      await rejection(given);
      const reader = stream.getReader();
      const got: number[] = [];
      for (let n = 0; n < 2; n++)
        reader.read().then(
          ({ value }) => got.push(...(value ?? [])),
          () => {},
        );
      await settle();
      resolve();
      await settle();
      equal(got, [1, 2, 3, 4]);
      await reader.cancel();
    },
  },
];
