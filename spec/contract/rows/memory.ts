import type { Row } from '../contract.ts';
import { drain } from './helpers.ts';

const types = ['default', 'bytes'] as const;

/** Law 10: your memory stays yours. */
export const memoryRows: readonly Row[] = [
  {
    name: 'a source that reuses one buffer',
    uses: ['consumer'],
    async run({ sluice, consumer, equal }) {
      for (const type of types) {
        const buffer = new Uint8Array(4);
        let n = 0;
        const stream = sluice.body({ pull: () => (n < 3 ? buffer.fill(++n) : null) }, { type });
        equal(await drain(consumer.read(stream)), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], type);
        equal(buffer.byteLength, 4, 'the buffer');
      }
    },
  },
  {
    name: 'two views of one buffer, and a view of a pool',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal }) {
      for (const type of types) {
        const pool = Uint8Array.from({ length: 20 }, (_, i) => i);
        const chunks = [pool.subarray(0, 5), pool.subarray(5, 9), pool.subarray(9)];
        const stream = sluice.body(source.stream({ pull: () => chunks.shift() }), { type, transfer: true });
        equal(await drain(consumer.read(stream)), [...pool], type);
        equal(pool.byteLength, 20, 'the pool');
      }
    },
  },
  {
    name: 'a whole buffer is copied, and is taken only by a byte stream that was told so',
    uses: [],
    async run({ sluice, equal }) {
      for (const type of types) {
        for (const transfer of [false, true]) {
          const whole = new Uint8Array([1, 2, 3]);
          let given = false;
          const pull = (): Uint8Array | null => {
            if (given) return null;
            given = true;
            return whole;
          };
          const stream = sluice.body({ pull }, { type, transfer });
          equal(await drain(stream.getReader()), [1, 2, 3], type);
          const bytes = type === 'bytes' && byteStreams();
          equal(whole.byteLength, bytes && transfer ? 0 : 3, `${type} ${transfer}`);
        }
      }
    },
  },
  {
    name: 'bytes that a body is made from stay whole',
    uses: ['consumer'],
    async run({ sluice, consumer, equal }) {
      for (const type of types) {
        for (const view of [new Uint8Array([1, 2, 3]), new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)]) {
          const { buffer } = view;
          const size = buffer.byteLength;
          equal(await drain(consumer.read(sluice.body(view, { type }))), [1, 2, 3]);
          equal([view.byteLength, buffer.byteLength], [3, size]);
        }
      }
    },
  },
  {
    name: 'memory of WebAssembly is never taken',
    uses: [],
    async run({ sluice, equal }) {
      const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);
      const stream = sluice.body({ pull: () => memory }, { type: 'bytes', transfer: true });
      const reader = stream.getReader();
      equal((await reader.read()).value?.byteLength, 65_536);
      equal(memory.byteLength, 65_536);
      await reader.cancel();
    },
  },
  {
    name: 'collected bytes are memory of their own',
    uses: ['source'],
    async run({ sluice, source, equal }) {
      const view = new Uint8Array([1, 2, 3]);
      const chunks = [view];
      const all = await sluice.bytes(sluice.body(source.stream({ pull: () => chunks.shift() })));
      view.fill(9);
      equal(all, [1, 2, 3]);
      all.fill(7);
      equal(view, [9, 9, 9]);
    },
  },
];

function byteStreams(): boolean {
  try {
    new ReadableStream({ type: 'bytes' });
    return true;
  } catch {
    return false;
  }
}
