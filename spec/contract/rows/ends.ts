import type { Row } from '../contract.ts';
import { counted, drain, upTo } from './helpers.ts';

/** Laws 4, 5 and 8: cancel, errors and locks. */
export const endRows: readonly Row[] = [
  {
    name: 'cancel reaches the source once',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal, settle }) {
      const from = counted(10, 100);
      const stream = sluice.body(source.stream(from));
      const reader = consumer.read(stream);
      await reader.read();
      await reader.cancel(new Error('enough'));
      await settle();
      const { pulls } = from;
      await settle();
      equal([from.reasons.length, from.pulls - pulls], [1, 0], 'cancels, and pulls after it');
      equal(stream.stats.state, 'cancelled');
    },
  },
  {
    name: 'cancel hands the source the same reason',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, same, settle }) {
      const from = counted(10, 100);
      const reader = consumer.read(sluice.body(source.stream(from)));
      await reader.read();
      const reason = new Error('enough');
      await reader.cancel(reason);
      await settle();
      same(from.reasons[0], reason, 'the reason');
    },
  },
  {
    name: 'cancel stops the source before any further pull, also while a pull is pending',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal, same, settle }) {
      const from = counted(10, 1, 'silence');
      const reader = consumer.read(sluice.body(source.stream(from)));
      await reader.read();
      const pending = reader.read();
      await settle();
      const reason = new Error('left');
      const cancelled = reader.cancel(reason);
      await settle();
      equal([from.pulls, from.reasons.length], [2, 1], 'pulls and cancels');
      same(from.reasons[0], reason, 'the reason');
      equal((await pending).done, true, 'the pending read');
      await cancelled;
    },
  },
  {
    name: 'a source is cancelled in the same turn, with the same reason, while its pull is pending; a late chunk is dropped',
    uses: [],
    async run({ sluice, equal, same, settle }) {
      for (const type of ['default', 'bytes'] as const) {
        const reasons: unknown[] = [];
        let give = (_chunk: Uint8Array): void => {};
        const pull = (): Promise<Uint8Array> =>
          new Promise((resolve) => {
            give = resolve;
          });
        const stream = sluice.body({ pull, cancel: (reason) => void reasons.push(reason) }, { type });
        const reader = stream.getReader();
        const read = reader.read();
        await settle();
        const reason = { left: true };
        const cancelled = reader.cancel(reason);
        equal(reasons.length, 1, 'cancels');
        same(reasons[0], reason, 'the reason');
        give(new Uint8Array(7));
        await cancelled;
        equal((await read).done, true, 'the read');
        await settle();
        equal([stream.stats.pulled, stream.stats.dropped, stream.stats.delivered], [7, 7, 0]);
      }
    },
  },
  {
    name: 'an error of the source comes after what was received, and is the same',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal, same, rejection }) {
      for (const highWaterMark of [0, 1000]) {
        const error = new Error('broke');
        const stream = sluice.body(source.stream(counted(10, 2, { error })), { highWaterMark });
        const reader = consumer.read(stream);
        let bytes = 0;
        const failed = rejection(
          (async () => {
            for (;;) {
              const { done, value } = await reader.read();
              if (done) return 'the end';
              bytes += value?.byteLength ?? 0;
            }
          })(),
        );
        same(await failed, error, 'the error');
        equal(bytes, 20, 'bytes before it');
        same(await rejection(stream.trailers), error, 'what the trailers reject with');
        equal(stream.stats.state, 'errored');
      }
    },
  },
  {
    name: 'an error of the source never looks like the end',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, rejection }) {
      const from = counted(10, 2, { error: new Error('broke') });
      await rejection(drain(consumer.read(sluice.body(source.stream(from)))));
    },
  },
  {
    name: 'a body shorter or longer than its byteLength is an error',
    uses: ['source'],
    async run({ sluice, source, equal, rejection, settle }) {
      const short = await rejection(
        sluice.bytes(sluice.body(source.stream(counted(10, 2)), { byteLength: 25 })),
      );
      const { code, expected, received } = short as Record<string, unknown>;
      equal([code, expected, received], ['ERR_LENGTH_MISMATCH', 25, 20]);
      const from = counted(10, 3);
      const long = await rejection(sluice.bytes(sluice.body(source.stream(from), { byteLength: 5 })));
      equal((long as Record<string, unknown>)['code'], 'ERR_LENGTH_MISMATCH');
      await settle();
      equal(from.reasons.length <= 1, true, 'cancelled at most once');
    },
  },
  {
    name: 'an aborted signal errors the body at once, with its reason, and cancels the source with it',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal, same, rejection, settle }) {
      const from = counted(10, 1, 'silence');
      const controller = new AbortController();
      const stream = sluice.body(source.stream(from), { signal: controller.signal });
      const reader = consumer.read(stream);
      await reader.read();
      const failed = rejection(reader.read());
      await settle();
      const reason = new Error('stop');
      controller.abort(reason);
      same(await failed, reason, 'the error');
      await settle();
      equal(from.reasons.length, 1, 'cancels');
      same(from.reasons[0], reason, 'the reason');
    },
  },
  {
    name: 'a signal that was aborted before: cancelled, never pulled',
    uses: [],
    async run({ sluice, testing, equal, same, rejection }) {
      const reason = new Error('early');
      const source = testing.countingSource({ chunkBytes: 1 });
      const stream = sluice.body(source, { signal: AbortSignal.abort(reason) });
      same(await rejection(stream.getReader().read()), reason);
      same(source.cancelled?.reason, reason);
      equal(source.pulls, 0);
    },
  },
  {
    name: 'the source stream is locked while it is read, and free after the end, an error and a cancel',
    uses: ['source'],
    async run({ sluice, source, equal, rejection, settle }) {
      const ended = source.stream(counted(10, 2));
      const stream = sluice.body(ended);
      equal(ended.locked, true, 'locked');
      await drain(stream.getReader());
      await settle();
      equal(ended.locked, false, 'locked after the end');

      const failed = source.stream(counted(10, 1, { error: new Error('broke') }));
      await rejection(drain(sluice.body(failed).getReader()));
      await settle();
      equal(failed.locked, false, 'locked after an error');

      const cancelled = source.stream(counted(10, 2));
      const reader = sluice.body(cancelled).getReader();
      await reader.read();
      await reader.cancel();
      await settle();
      equal(cancelled.locked, false, 'locked after a cancel');
    },
  },
  {
    name: 'a locked stream is refused at the call',
    uses: ['source'],
    async run({ sluice, source, equal, rejection }) {
      const stream = source.stream(counted(10, 2));
      stream.getReader();
      const error = await rejection((async () => sluice.body(stream))());
      equal((error as Error).name, 'TypeError');
    },
  },
  {
    name: 'byteLength is known, and trailers come with the end',
    uses: ['source', 'consumer'],
    async run({ sluice, source, consumer, equal }) {
      const trailers = new Headers({ 'x-sum': '1' });
      const stream = sluice.body(source.stream(counted(10, 3)), { byteLength: 30, trailers: () => trailers });
      equal([stream.byteLength, stream.hasTrailers], [30, true]);
      const outer = sluice.body(stream, { highWaterMark: 100 });
      equal([outer.byteLength, outer.hasTrailers], [30, true], 'a body of the body');
      equal(await drain(consumer.read(outer)), upTo(30));
      equal((await outer.trailers).get('x-sum'), '1');
      equal((await stream.trailers).get('x-sum'), '1');
    },
  },
  {
    name: 'trailers reject when the consumer leaves',
    uses: ['consumer'],
    async run({ sluice, testing, consumer, same, rejection }) {
      const stream = sluice.body(testing.countingSource({ chunkBytes: 10 }), { trailers: new Headers() });
      const reader = consumer.read(stream);
      await reader.read();
      const reason = new Error('left');
      await reader.cancel(reason);
      same(await rejection(stream.trailers), reason);
    },
  },
];
