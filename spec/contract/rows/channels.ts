import type { ChannelBackpressure } from '../../../lib/mod.ts';
import type { Row } from '../contract.ts';
import { drain } from './helpers.ts';

const of = (size: number, fill = 1): Uint8Array => new Uint8Array(size).fill(fill);
const codeOf = (error: unknown): unknown => (error as { code?: string }).code;

/** The push side of a body. */
export const channelRows: readonly Row[] = [
  {
    name: 'a channel has a capacity in exact bytes, and a larger chunk goes in only while it is empty',
    uses: ['consumer'],
    async run({ sluice, consumer, equal }) {
      const { sender, body } = sluice.channel({ highWaterMark: 10 });
      equal([sender.trySend(of(4)), sender.trySend('\u00e9'), sender.capacity], [true, true, 4]);
      equal([sender.trySend(of(5)), sender.trySend(of(4)), sender.capacity], [false, true, 0]);
      equal([sender.trySend(of(1)), sender.trySend('')], [false, true]);
      const over = sender.send(of(12, 2));
      over.then(() => sender.close());
      equal(await drain(consumer.read(body)), [1, 1, 1, 1, 0xc3, 0xa9, 1, 1, 1, 1, ...of(12, 2)]);
    },
  },
  {
    name: 'sends that wait go first in, first out, and small ones cost one read',
    uses: [],
    async run({ sluice, equal, settle }) {
      const { sender, body } = sluice.channel({ highWaterMark: 10 });
      const order: string[] = [];
      sender.send(of(10)).then(() => order.push('a'));
      sender.send(of(8)).then(() => order.push('b'));
      sender.ready(5).then(() => order.push('ready'));
      for (let n = 0; n < 5; n++) sender.send(of(1)).then(() => order.push(`${n}`));
      const reader = body.getReader();
      const sizes: (number | undefined)[] = [];
      for (const expected of [
        ['a', 'b'],
        ['a', 'b', 'ready', '0', '1', '2', '3', '4'],
      ]) {
        sizes.push((await reader.read()).value?.byteLength);
        await settle();
        equal(order, expected);
      }
      sizes.push((await reader.read()).value?.byteLength);
      equal([sizes, body.stats.pulls], [[10, 8, 5], 3]);
      await reader.cancel();
    },
  },
  {
    name: 'a full channel waits, rejects, or loses the oldest or the newest',
    uses: [],
    async run({ sluice, equal, settle }) {
      const table: [ChannelBackpressure, string, number[], number[]][] = [
        ['block', 'waits', [1, 1, 2, 2, 3, 3], []],
        ['strict', 'ERR_LIMIT_EXCEEDED', [1, 1, 2, 2], []],
        ['drop-oldest', 'taken', [2, 2, 3, 3], [2]],
        ['drop-newest', 'taken', [1, 1, 2, 2], [2]],
      ];
      for (const [backpressure, outcome, left, lost] of table) {
        const dropped: number[] = [];
        const onDrop = (bytes: number) => void dropped.push(bytes);
        const { sender, body } = sluice.channel({ highWaterMark: 4, backpressure, onDrop });
        await sender.send(of(2, 1));
        await sender.send(of(2, 2));
        let third: unknown = 'waits';
        sender.send(of(2, 3)).then(
          () => (third = 'taken'),
          (error) => (third = codeOf(error)),
        );
        await settle();
        equal([third, dropped, body.stats.dropped], [outcome, lost, lost.length * 2], backpressure);
        sender.close();
        equal(await drain(body.getReader()), left, backpressure);
      }
    },
  },
  {
    name: 'close ends the body after what was sent, with its trailers; abort fails it after that',
    uses: ['consumer'],
    async run({ sluice, consumer, equal, same, rejection }) {
      const closed = sluice.channel({ highWaterMark: 10 });
      closed.sender.send('abc');
      closed.sender.close(new Headers({ 'x-sum': '1' }));
      equal(codeOf(await rejection(closed.sender.send('more'))), 'ERR_CLOSED');
      equal(await drain(consumer.read(closed.body)), [97, 98, 99]);
      equal([...(await closed.body.trailers)], [['x-sum', '1']]);
      equal(await closed.sender.closed, { cancelled: false });

      const aborted = sluice.channel({ highWaterMark: 10 });
      const reason = new Error('broke');
      aborted.sender.send('abc');
      aborted.sender.abort(reason);
      const reader = aborted.body.getReader();
      equal((await reader.read()).value, [97, 98, 99]);
      same(await rejection(reader.read()), reason);
      const end = await aborted.sender.closed;
      same(end.reason, reason);
      equal(end.cancelled, false);
    },
  },
  {
    name: 'a consumer that leaves closes the channel, with its reason, also for sends that wait',
    uses: [],
    async run({ sluice, equal, same, rejection }) {
      const { sender, body } = sluice.channel({ highWaterMark: 4 });
      sender.send(of(4));
      const waits = rejection(sender.send(of(4)));
      const reason = new Error('left');
      await body.cancel(reason);
      for (const error of [await waits, await rejection(sender.send('x')), await rejection(sender.ready())]) {
        equal(codeOf(error), 'ERR_CLOSED');
        same((error as { reason?: unknown }).reason, reason);
      }
      equal([sender.trySend('x'), sender.capacity], [false, 0]);
      const end = await sender.closed;
      same(end.reason, reason);
      equal(end.cancelled, true);
    },
  },
];
