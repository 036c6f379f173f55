import { describe, expect, it } from '@jest/globals';
import type { Http2Owner } from '../../lib/http/http2-owner.ts';
import type { Http2Sender } from '../../lib/http/http2-sender.ts';
import { Http2Streams } from '../../lib/http/http2-streams.ts';
import { ReceivedBody } from '../../lib/http/received-body.ts';
import { Http2Connection, type Http2Event } from '../../lib/http2/mod.ts';

function make() {
  const heard: unknown[] = [];
  const codec = new Http2Connection({ role: 'server' });
  const streams = new Http2Streams(codec);
  const add = (id: number, more: Partial<Http2Owner> = {}): ReceivedBody => {
    const body = new ReceivedBody(undefined, false, false, Headers, {});
    const sender = { resume: () => heard.push(`resume ${id}`) } as unknown as Http2Sender;
    streams.add(id, {
      incoming: body,
      sender,
      bodies: { request: undefined, response: undefined },
      received: () => void heard.push(`received ${id} ${body.ended}`),
      reset: () => void heard.push(`reset ${id}`),
      lose: (reason) => void heard.push(`lose ${id} ${reason} ${streams.delete(id)}`),
      ...more,
    });
    return body;
  };
  return { add, codec, heard, streams };
}

const data = (streamId: number, text: string, endStream = false): Http2Event => ({
  type: 'data',
  streamId,
  data: new TextEncoder().encode(text),
  endStream,
});

describe('Http2Streams', () => {
  it('what one read brings for a body, between that of others, is one piece of it', async () => {
    const { add, heard, streams } = make();
    const [one, three] = [add(1), add(3)];
    const pulled = one.pull(100);
    for (const event of [data(1, 'a'), data(3, 'x'), data(1, 'b', true)]) streams.receive(event);
    expect([one.held, heard]).toEqual([2, ['received 1 true']]);
    streams.settle();
    expect(new TextDecoder().decode((await pulled) ?? undefined)).toBe('ab');
    expect([one.pull(100), three.held, three.ended]).toEqual([null, 1, false]);
  });

  it('an end alone, or the trailers, are seen by who waits', async () => {
    const { add, heard, streams } = make();
    const [one, three] = [add(1), add(3)];
    const pulls = [one.pull(100), three.pull(100)];
    streams.receive(data(1, '', true));
    const headers = [
      ['x-sum', '1'],
      ['content-length', '9'],
    ] as const;
    streams.receive({ type: 'trailers', streamId: 3, headers });
    streams.settle();
    expect(await Promise.all(pulls)).toEqual([null, null]);
    expect(heard).toEqual(['received 1 true', 'received 3 true']);
    expect([...(three.trailers as () => Headers)()]).toEqual([['x-sum', '1']]);
  });

  it('bytes of a stream that nobody owns go back to the connection; those without a body are left alone', () => {
    const { add, codec, streams } = make();
    const client = new Http2Connection({ role: 'client' });
    client.initiate();
    const head = [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':authority', 'a'],
      [':path', '/'],
    ] as const;
    for (const id of [client.openStream(head, false), client.openStream(head, false)])
      client.sendData(id, new Uint8Array(5), false);
    const events = client.take().flatMap((bytes) => codec.receive(bytes));
    add(3, { incoming: null });
    for (const event of events) streams.receive(event);
    expect(codec.stats.unread).toBe(5);
    expect(streams.stats.map(({ id }) => id)).toEqual([1, 3]);
  });

  it('a window that opens is told to its stream, that of the connection to all: who has waited longer first', () => {
    const { add, heard, streams } = make();
    for (const id of [1, 3, 5]) add(id);
    add(7, { sender: null });
    streams.queue(1);
    streams.queue(9);
    expect(streams.size).toBe(4);
    streams.receive({ type: 'window', streamId: 3 });
    streams.receive({ type: 'window', streamId: 9 });
    streams.receive({ type: 'window', streamId: 0 });
    expect(heard).toEqual(['resume 3', 'resume 3', 'resume 5', 'resume 1']);
  });

  it('loses each of them once, but for those that are spared', () => {
    const { add, heard, streams } = make();
    add(1, {
      lose: () => {
        streams.delete(5);
        heard.push('lose 1');
      },
    });
    for (const id of [3, 5, 7]) add(id);
    expect(streams.lose('gone', (_, id) => id === 3)).toBe(true);
    // Off the books before it hears, and what another takes along is not lost again.
    expect([heard, streams.size]).toEqual([['lose 1', 'lose 7 gone false'], 1]);
    expect(streams.lose('gone', () => true)).toBe(false);
    expect([streams.delete(3), streams.delete(3)]).toEqual([true, false]);
  });

  it('what is optional may be left out, and what comes for nobody is dropped', () => {
    const { heard, streams } = make();
    const incoming = new ReceivedBody(undefined, false, false, Headers, {});
    const bodies = { request: undefined, response: undefined };
    streams.add(1, { incoming, sender: null, bodies, reset: () => heard.push('reset'), lose: () => {} });
    streams.stopUploads('deaf');
    const reset = { errorCode: 8, remote: true, retry: false, remoteEnded: false, error: undefined } as const;
    for (const streamId of [1, 9]) {
      streams.receive({ type: 'priority', streamId, urgency: 1, incremental: false } as Http2Event);
      streams.receive({ type: 'trailers', streamId, headers: [] });
      streams.receive({ type: 'reset', streamId, ...reset });
    }
    expect([incoming.ended, heard]).toEqual([true, ['reset']]);
  });
});
