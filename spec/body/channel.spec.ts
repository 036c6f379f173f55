import { describe, expect, it } from '@jest/globals';
import * as whatwg from '@whatwg-node/fetch';
import fc from 'fast-check';
import * as polyfill from 'web-streams-polyfill';
import { bytes, type ChannelBackpressure, channel, collect } from '../../lib/mod.ts';
import { chunks, text } from '../helpers/brands.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const of = (size: number, fill = 1) => new Uint8Array(size).fill(fill);
const state = async (promise: Promise<unknown>) => {
  let seen = 'pending';
  promise.then(
    () => {
      seen = 'fulfilled';
    },
    (error) => {
      seen = error.code;
    },
  );
  await turn();
  return seen;
};

describe('channel', () => {
  it('refuses bad options and chunks at the call', () => {
    expect(() => channel({ highWaterMark: -1 })).toThrow(RangeError);
    expect(() => channel({} as never)).toThrow(TypeError);
    expect(() => channel({ highWaterMark: 1, backpressure: 'wait' as 'block' })).toThrow(TypeError);
    expect(() => channel({ highWaterMark: 1, onDrop: 5 as never })).toThrow(TypeError);
    const { sender } = channel({ highWaterMark: 1 });
    for (const bad of [null, undefined, 5, {}, [1]]) {
      expect(() => sender.send(bad as never)).toThrow(TypeError);
      expect(() => sender.trySend(bad as never)).toThrow(TypeError);
    }
    expect(() => sender.ready(-1)).toThrow(RangeError);
    expect(() => sender.close({ a: '1' } as never)).toThrow(TypeError);
    expect(sender.capacity).toBe(1);
  });

  it('has a capacity in exact bytes', async () => {
    const { sender, body } = channel({ highWaterMark: 10 });
    expect(sender.capacity).toBe(10);
    expect(sender.trySend(of(4))).toBe(true);
    expect(sender.trySend('é')).toBe(true);
    expect(sender.capacity).toBe(4);
    expect(sender.trySend(of(5))).toBe(false);
    expect(sender.trySend(of(4))).toBe(true);
    expect(sender.capacity).toBe(0);
    expect(sender.trySend(of(1))).toBe(false);
    expect(sender.trySend('')).toBe(true);
    const reader = body.getReader();
    expect((await reader.read()).value).toEqual(Uint8Array.of(1, 1, 1, 1, 0xc3, 0xa9, 1, 1, 1, 1));
    expect(sender.capacity).toBe(10);
  });

  it('takes a chunk larger than it holds only while it is empty', async () => {
    const { sender, body } = channel({ highWaterMark: 10 });
    expect(sender.trySend(of(11))).toBe(true);
    const second = sender.send(of(12));
    expect([sender.trySend(of(1)), await state(second)]).toEqual([false, 'pending']);
    const reader = body.getReader();
    expect((await reader.read()).value).toHaveLength(11);
    expect(await state(second)).toBe('fulfilled');
    expect((await reader.read()).value).toHaveLength(12);
  });

  it('lets senders and those who wait for room take turns, first in, first out', async () => {
    const { sender, body } = channel({ highWaterMark: 10 });
    const order: string[] = [];
    sender.send(of(10)).then(() => order.push('a'));
    sender.send(of(8)).then(() => order.push('b'));
    sender.ready(5).then(() => order.push('ready 5'));
    sender.send(of(1)).then(() => order.push('c'));
    expect(sender.capacity).toBe(0);
    await turn();
    expect(order).toEqual(['a']);
    const reader = body.getReader();
    await reader.read();
    await turn();
    expect(order).toEqual(['a', 'b']);
    expect(sender.trySend(of(1))).toBe(false);
    await reader.read();
    await turn();
    expect(order).toEqual(['a', 'b', 'ready 5', 'c']);
    expect(await state(sender.ready(10))).toBe('pending');
    await reader.read();
    expect(await state(sender.ready(1_000))).toBe('fulfilled');
  });

  it('a thousand one-byte sends cost one read, whoever comes first', async () => {
    for (const readFirst of [false, true]) {
      const { sender, body } = channel({ highWaterMark: 1000 });
      const reader = body.getReader();
      const first = readFirst ? reader.read() : undefined;
      await turn();
      for (let i = 0; i < 1000; i++) sender.send(of(1, i % 251));
      const { value } = await (first ?? reader.read());
      expect(value).toEqual(Uint8Array.from({ length: 1000 }, (_, i) => i % 251));
      expect(body.stats.pulls).toBe(1);
    }
  });

  it('passes large chunks as views, and leaves the memory of small ones alone (law 10)', async () => {
    const { sender, body } = channel({ highWaterMark: 1_000_000 });
    const large = of(100_000);
    const small = [of(1), of(2)];
    sender.send(large);
    for (const chunk of small) sender.send(chunk);
    const reader = body.getReader();
    expect((await reader.read()).value).toBe(large);
    expect((await reader.read()).value).toHaveLength(3);
    expect(small.map((chunk) => chunk.byteLength)).toEqual([1, 2]);
  });

  it.each<[ChannelBackpressure, number[], number[], string]>([
    ['strict', [1, 1, 1, 1, 2, 2, 2, 2], [], 'ERR_LIMIT_EXCEEDED'],
    ['drop-oldest', [2, 2, 2, 2, 3, 3, 3, 3], [4], 'fulfilled'],
    ['drop-newest', [1, 1, 1, 1, 2, 2, 2, 2], [4], 'fulfilled'],
  ])('%s when full', async (backpressure, left, lost, third) => {
    const dropped: number[] = [];
    const { sender, body } = channel({ highWaterMark: 8, backpressure, onDrop: (n) => dropped.push(n) });
    await sender.send(of(4, 1));
    await sender.send(of(4, 2));
    expect(await state(sender.send(of(4, 3)))).toBe(third);
    expect(dropped).toEqual(lost);
    expect(body.stats.dropped).toBe(lost.length ? 4 : 0);
    expect(sender.trySend(of(4, 3))).toBe(backpressure === 'drop-oldest');
    if (backpressure !== 'drop-oldest') expect(dropped).toEqual(lost);
    else left = left.fill(3);
    sender.close();
    expect([...(await bytes(body))]).toEqual(left);
  });

  it('drop-oldest takes a chunk also while someone waits for room', async () => {
    const { sender, body } = channel({ highWaterMark: 4, backpressure: 'drop-oldest' });
    await sender.send(of(4, 1));
    const room = sender.ready(4);
    await sender.send(of(3, 2));
    expect((await body.getReader().read()).value).toEqual(of(3, 2));
    expect([await state(room), body.stats.dropped]).toEqual(['fulfilled', 4]);
  });

  it('drop-oldest makes way for a chunk larger than it holds', async () => {
    const { sender, body } = channel({ highWaterMark: 8, backpressure: 'drop-oldest' });
    for (const size of [3, 3, 20]) await sender.send(of(size, size));
    expect((await body.getReader().read()).value).toEqual(of(20, 20));
    expect(body.stats.dropped).toBe(6);
  });

  it('close: what was sent arrives, sends that wait included, then trailers', async () => {
    const { sender, body } = channel({ highWaterMark: 4 });
    const sends = [sender.send('abcd'), sender.send('efgh'), sender.send('i')];
    const room = sender.ready(4);
    expect(body.hasTrailers).toBe(false);
    sender.close(new Headers({ 'x-sum': '9' }));
    sender.close(new Headers({ 'x-sum': 'late' }));
    expect(body.hasTrailers).toBe(true);
    expect(await state(room)).toBe('ERR_CLOSED');
    expect(await state(sender.send('late'))).toBe('ERR_CLOSED');
    expect([sender.trySend('late'), sender.capacity]).toEqual([false, 0]);
    expect(await state(sender.closed)).toBe('pending');
    const whole = await collect(body);
    expect([whole.text(), whole.trailers.get('x-sum')]).toEqual(['abcdefghi', '9']);
    await Promise.all(sends);
    expect(await sender.closed).toEqual({ cancelled: false });
  });

  it('abort: what was taken in arrives, then the error; sends that wait reject', async () => {
    const { sender, body } = channel({ highWaterMark: 4 });
    sender.send('abcd');
    const waits = sender.send('efgh');
    const failure = new Error('broke');
    sender.abort(failure);
    sender.abort(new Error('late'));
    sender.close();
    await expect(waits).rejects.toMatchObject({ code: 'ERR_CLOSED', reason: failure });
    const reader = body.getReader();
    expect((await reader.read()).value).toHaveLength(4);
    expect(await reader.read().catch((e) => e)).toBe(failure);
    expect(await body.trailers.catch((e) => e)).toBe(failure);
    expect(await sender.closed).toEqual({ cancelled: false, reason: failure });
  });

  it('abort after close still breaks what was not read', async () => {
    const { sender, body } = channel({ highWaterMark: 4 });
    sender.send('ab');
    sender.close();
    sender.abort('broke');
    const reader = body.getReader();
    await reader.read();
    expect(await reader.read().catch((e) => e)).toBe('broke');
  });

  it('cancel: senders that wait reject, closed tells why', async () => {
    const { sender, body } = channel({ highWaterMark: 4 });
    sender.send('abcd');
    const sends = [sender.send('e'), sender.ready()];
    const reason = { why: 'left' };
    await body.cancel(reason);
    for (const send of sends) await expect(send).rejects.toMatchObject({ code: 'ERR_CLOSED', reason });
    expect(await state(sender.send('x'))).toBe('ERR_CLOSED');
    expect(sender.trySend('x')).toBe(false);
    const closed = await sender.closed;
    expect(closed).toEqual({ cancelled: true, reason });
    expect(closed.reason).toBe(reason);
  });

  it('an aborted signal is a cancel, and errors the body at once', async () => {
    const controller = new AbortController();
    const { sender, body } = channel({ highWaterMark: 4, signal: controller.signal });
    sender.send('abcd');
    controller.abort('stop');
    expect(await sender.closed).toEqual({ cancelled: true, reason: 'stop' });
    await expect(bytes(body)).rejects.toBe('stop');
  });

  it('send, close, abort, cancel and read in every order: sent is read, or the end is not clean (laws 4, 5)', async () => {
    const step = fc.constantFrom('send', 'trySend', 'read', 'ready', 'close', 'abort', 'cancel', 'turn');
    const policy = fc.constantFrom<ChannelBackpressure>('block', 'strict', 'drop-oldest', 'drop-newest');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        policy,
        fc.nat(12),
        async (steps, backpressure, highWaterMark) => {
          let dropped = 0;
          const { sender, body } = channel({ highWaterMark, backpressure, onDrop: (n) => (dropped += n) });
          const reader = body.getReader();
          const settled: Promise<unknown>[] = [];
          let sent = 0;
          let read = 0;
          let ended = '';
          let first = '';
          const take = () =>
            reader.read().then(
              ({ done, value }) => {
                if (done) ended ||= 'done';
                else read += value.byteLength;
              },
              () => {
                ended ||= 'error';
              },
            );
          for (const [i, name] of [...steps, 'close' as const].entries()) {
            const size = (i % 5) + 1;
            if (name === 'send')
              settled.push(
                sender.send(of(size)).then(
                  () => (sent += size),
                  (e) => expect(e.code).toMatch(/ERR_(CLOSED|LIMIT)/),
                ),
              );
            else if (name === 'trySend') sent += sender.trySend(of(size)) ? size : 0;
            else if (name === 'read') settled.push(take());
            else if (name === 'ready')
              settled.push(sender.ready(size).catch((e) => expect(e.code).toBe('ERR_CLOSED')));
            else if (name === 'turn') await turn();
            else {
              first ||= name;
              if (name === 'cancel') settled.push(reader.cancel('left').catch(() => {}));
              else if (name === 'abort') sender.abort('broke');
              else sender.close();
            }
            expect(sender.capacity).toBeLessThanOrEqual(highWaterMark);
          }
          while (!ended) await take();
          await Promise.all(settled);
          const { cancelled } = await sender.closed;
          if (!steps.includes('cancel') && !steps.includes('abort')) {
            expect([ended, cancelled, read]).toEqual(['done', false, sent - dropped]);
          } else if (first === 'abort' && !steps.includes('cancel')) {
            expect([ended, cancelled, read]).toEqual(['error', false, sent - dropped]);
          } else if (first === 'cancel' && ended === 'done') expect(cancelled).toBe(true);
          expect(read).toBeLessThanOrEqual(sent);
        },
      ),
      { numRuns: 500, timeout: 5000 },
    );
  });

  it('1 GiB through 64 KiB: never more than that inside', async () => {
    const { sender, body } = channel({ highWaterMark: 65_536 });
    const chunk = of(65_536);
    const reader = body.getReader();
    const writes = (async () => {
      for (let i = 0; i < 16_384; i++) await sender.send(chunk);
      sender.close();
    })();
    let read = 0;
    for (let r = await reader.read(); !r.done; r = await reader.read()) read += r.value.byteLength;
    await writes;
    expect(read).toBe(1 << 30);
    expect(body.stats.peakBuffered).toBeLessThanOrEqual(65_536);
  });

  it('lets in who waits for room when a drop has made it', async () => {
    const { sender } = channel({ highWaterMark: 10, backpressure: 'drop-oldest' });
    sender.trySend(new Uint8Array(10));
    let ready = false;
    sender.ready(5).then(() => {
      ready = true;
    });
    sender.trySend(new Uint8Array(1));
    await turn();
    expect(ready).toBe(true);
  });

  it('is a source for streams of other brands', async () => {
    for (const Stream of [polyfill.TransformStream, whatwg.TransformStream] as unknown[]) {
      const { sender, body: stream } = channel({ highWaterMark: 8 });
      const pair = new (Stream as typeof TransformStream)<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => controller.enqueue(chunk),
      });
      const writer = pair.writable.getWriter();
      const feed = (async () => {
        for await (const chunk of stream) await writer.write(chunk);
        await writer.close();
      })();
      const send = (async () => {
        for (const chunk of chunks) await sender.send(chunk);
        sender.close();
      })();
      expect(Buffer.from(await bytes(pair.readable)).toString()).toBe(text);
      await Promise.all([feed, send]);
    }
  });
});
