import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { BodySource } from '../../lib/body/body-source.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { Http2Sender } from '../../lib/http/http2-sender.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { dataOf, manualSession } from './manual-session.ts';

async function make(body: BodySource | Uint8Array, window = 65_535) {
  const it = manualSession('server', {}, { highWaterMark: window });
  const id = await it.stream();
  const heard: unknown[] = [];
  const core = body instanceof Uint8Array ? body : new BodyCore(body);
  const sender = new Http2Sender(it.session, id, core, {
    sent: () => heard.push('sent'),
    broke: (error) => heard.push(['broke', error]),
    report: (error) => heard.push(['report', error]),
  });
  const bodies = { request: undefined, response: undefined };
  it.session.streams.add(id, { incoming: null, sender, bodies, reset: () => {}, lose: () => {} });
  sender.start();
  return { ...it, core, heard, id, sender };
}

describe('Http2Sender', () => {
  it.each([0, 5])('%d bytes end with the last of them', async (size) => {
    const { exchange, heard, sender } = await make(new Uint8Array(size));
    expect(sender.empty).toBe(size === 0);
    const events = await exchange();
    expect(events.filter(({ type }) => type === 'data')).toHaveLength(size === 0 ? 0 : 1);
    expect([dataOf(events), heard]).toEqual([[size, size > 0], ['sent']]);
  });

  it('pulls while its window is open, and once more where that was used up exactly', async () => {
    const source = countingSource({ chunkBytes: 5 });
    const { exchange, id, peer, sender } = await make(source, 10);
    expect(dataOf(await exchange())).toEqual([10, false]);
    expect(source.pulls).toBe(3);
    sender.resume();
    await exchange();
    expect(source.pulls).toBe(3);
    peer.consumed(id, 7);
    expect(dataOf(await exchange())).toEqual([7, false]);
    // Two of the third chunk and then of the fourth are out: the rest of that is in hand.
    expect(source.pulls).toBe(4);
  });

  it('pulls nothing where its window is shut from the start', async () => {
    const { exchange, id, sender, session } = await make(countingSource({ chunkBytes: 5 }), 10);
    await exchange();
    sender.stop('enough');
    const source = countingSource({ chunkBytes: 5 });
    const second = new Http2Sender(session, id, new BodyCore(source), { sent() {}, broke() {} });
    second.start();
    await exchange();
    expect(source.pulls).toBe(0);
  });

  it('sees an end also where the window was used up by the last byte', async () => {
    const { exchange, heard } = await make(countingSource({ chunkBytes: 5, totalBytes: 10 }), 10);
    expect([dataOf(await exchange()), heard]).toEqual([[10, true], ['sent']]);
  });

  it('a known length ends with its last byte, and the source is still asked for its end', async () => {
    const source = { ...countingSource({ chunkBytes: 4 }), byteLength: 8 };
    const { exchange, heard } = await make(source);
    expect(dataOf(await exchange())).toEqual([8, true]);
    // It gave more: too late for the stream, and not for who reports.
    expect(heard).toEqual(['sent', ['report', expect.objectContaining({ code: 'ERR_LENGTH_MISMATCH' })]]);
  });

  it('a body that fails resets the stream, after what it gave', async () => {
    const failure = new Error('broke');
    let n = 0;
    const { exchange, heard, sender, session } = await make({
      pull() {
        if (n++ > 0) throw failure;
        return new Uint8Array(3);
      },
    });
    const events = await exchange();
    expect([dataOf(events)[1], heard]).toEqual([false, [['broke', failure]]]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'reset', errorCode: 2 }));
    sender.resume();
    sender.stop('late');
    expect([session.output.expecting, heard.length]).toEqual([0, 1]);
  });

  it('stopped while a pull is pending, it cancels once, sends nothing of what comes late, and expects nothing', async () => {
    const late = deferred<Uint8Array>();
    const reasons: unknown[] = [];
    const { core, exchange, heard, sender, session } = await make({
      pull: () => late.promise,
      cancel: (reason) => void reasons.push(reason),
    });
    await exchange();
    expect(session.output.expecting).toBe(1);
    sender.resume();
    sender.stop('first');
    sender.stop('second');
    late.resolve(new Uint8Array(3));
    const events = await exchange();
    expect([dataOf(events), reasons, heard]).toEqual([[0, false], ['first'], []]);
    expect([session.output.expecting, (core as BodyCore).state]).toEqual([0, 'cancelled']);
  });

  it('once all is sent, a stop cancels nothing: the source is on its way to its end', async () => {
    const reasons: unknown[] = [];
    let n = 0;
    const { exchange, heard, sender } = await make({
      byteLength: 3,
      pull: () => (n++ === 0 ? new Uint8Array(3) : new Promise(() => {})),
      cancel: (reason) => void reasons.push(reason),
    });
    await exchange();
    sender.stop('late');
    expect([n, reasons, heard]).toEqual([2, [], ['sent']]);
  });

  it('who has used up the window of all waits behind who had none', async () => {
    const { exchange, peer, session, stream } = manualSession('server', {}, { connectionBudget: 65_535 });
    const order: number[] = [];
    const start = async (size: number): Promise<() => void> => {
      const id = await stream();
      const sender = new Http2Sender(session, id, new Uint8Array(size), { sent() {}, broke() {} });
      const bodies = { request: undefined, response: undefined };
      session.streams.add(id, { incoming: null, sender, bodies, reset() {}, lose() {} });
      order.push(id);
      return () => sender.start();
    };
    const starts = [await start(65_535 - 16_384), await start(60_000), await start(60_000)];
    starts[0]?.();
    await exchange();
    starts[1]?.();
    starts[2]?.();
    const streams = async (): Promise<number[]> =>
      (await exchange()).flatMap((event) => (event.type === 'data' ? [event.streamId] : []));
    expect(await streams()).toEqual([order[1]]);
    peer.consumed(order[0] ?? 0, 40_000);
    expect((await streams())[0]).toBe(order[2]);
  });
});

describe('Http2Sender, trailers', () => {
  const chunk = (trailers: BodySource['trailers']): BodySource => {
    let left: Uint8Array | null = new Uint8Array(3);
    return {
      byteLength: 3,
      trailers,
      pull() {
        const given = left;
        left = null;
        return given;
      },
    };
  };

  it.each([
    ['come after the bytes, also where their length is known', { 'x-sum': '1' }, 1],
    ['of which none may be sent are an end alone', { 'content-length': '3' }, 0],
  ])('%s', async (_, fields, blocks) => {
    const { exchange, heard } = await make(chunk(new Headers(fields)));
    const events = await exchange();
    expect(events.filter(({ type }) => type === 'trailers')).toHaveLength(blocks);
    expect([dataOf(events), heard]).toEqual([[3, true], ['sent']]);
  });

  it('that fail, or can not be sent, break the body', async () => {
    const failure = new Error('none');
    const large = new Headers({ 'x-large': 'x'.repeat(100_000) });
    for (const trailers of [() => Promise.reject(failure), large]) {
      const { exchange, heard } = await make(chunk(trailers));
      const events = await exchange();
      expect([dataOf(events), heard]).toEqual([[3, false], [['broke', expect.any(Error)]]]);
    }
  });

  it('that come after a stop are not sent', async () => {
    const late = deferred<Headers>();
    const { exchange, heard, sender } = await make(chunk(() => late.promise));
    await exchange();
    sender.resume();
    sender.stop('enough');
    late.resolve(new Headers());
    expect([dataOf(await exchange()), heard]).toEqual([[0, false], []]);
  });
});
