import { describe, expect, it } from '@jest/globals';
import { type Header, Http2Connection, type Http2Event, type Http2SendEvent } from '../../lib/http2/mod.ts';

/** Two connections, and what each makes of the other's events. */
function pair(highWaterMark = 65_536) {
  const client = new Http2Connection({ role: 'client', highWaterMark });
  const server = new Http2Connection({ role: 'server', highWaterMark, enableConnectProtocol: true });
  /** Sends, lets all that is due go to and fro, and tells what came of it at the other side. */
  const from = (sender: Http2Connection, event: Http2SendEvent): Http2Event[] => {
    const receiver = sender === client ? server : client;
    const seen: Http2Event[] = [];
    for (let wire = sender.send(event), at = receiver; wire.length > 0; ) {
      const events = wire.flatMap((bytes) => at.receive(bytes));
      if (at === receiver) seen.push(...events);
      wire = at.take();
      at = at === client ? server : client;
    }
    return seen;
  };
  const [hello, answer] = [client, server].map((side) => side.send({ type: 'settings' }));
  for (const bytes of hello ?? []) server.receive(bytes);
  for (const bytes of answer ?? []) client.receive(bytes);
  for (const bytes of client.take()) server.receive(bytes);
  for (const bytes of server.take()) client.receive(bytes);
  return { client, server, from };
}

const GET = { type: 'request', method: 'GET', scheme: 'http', authority: 'a', path: '/' } as const;
const fields: Header[] = [['x-a', 'b']];

describe('Http2Connection.send', () => {
  it('gives what receive gives at the other side', () => {
    const { client, server, from } = pair();
    expect(from(client, { ...GET, method: 'POST', headers: fields })).toMatchObject([
      {
        type: 'request',
        streamId: 1,
        method: 'POST',
        path: '/',
        authority: 'a',
        headers: fields,
        endStream: false,
      },
    ]);
    expect(client.lastStreamId).toBe(1);
    const streamId = 1;
    const data = Uint8Array.of(1, 2, 3);
    for (const event of [
      { type: 'informational', streamId, status: 103, headers: fields },
      { type: 'response', streamId, status: 200, headers: fields, endStream: false },
      { type: 'data', streamId, data, endStream: false },
      { type: 'trailers', streamId, headers: fields },
    ] as const)
      expect(from(server, event)).toMatchObject([event]);
    expect(from(client, { type: 'data', streamId, data, endStream: true })).toEqual([
      { type: 'data', streamId, data, endStream: true },
    ]);
    expect(from(client, { type: 'reset', streamId, errorCode: 8 })).toEqual([]);
    expect(from(client, GET)).toMatchObject([{ streamId: 3, endStream: false }]);
    expect(from(client, { type: 'reset', streamId: 3, errorCode: 8 })).toMatchObject([
      { type: 'reset', streamId: 3, errorCode: 8, remote: true },
    ]);
    expect(from(server, { type: 'goaway', debug: 'bye' })).toMatchObject([
      { type: 'goaway', lastStreamId: 0x7fffffff, errorCode: 0, debug: 'bye' },
      { type: 'goaway', lastStreamId: 3 },
    ]);
    expect([client.finished, server.finished]).toEqual([true, true]);
  });

  it('sends PING and its answer', () => {
    const { client, server } = pair();
    const opaque = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const wire = client.send({ type: 'ping', opaque });
    for (const bytes of wire) server.receive(bytes);
    expect(server.take().flatMap((bytes) => client.receive(bytes))).toEqual([{ type: 'pong', opaque }]);
  });

  it('passes a request on as it was received, also a CONNECT', () => {
    const { client, from } = pair();
    const next = pair();
    for (const request of [
      { ...GET, endStream: true },
      { type: 'request', method: 'CONNECT', authority: 'a:1' },
      { ...GET, method: 'CONNECT', protocol: 'websocket', endStream: false },
    ] as const) {
      const [event] = from(client, request);
      if (event?.type !== 'request') throw new Error('no request');
      expect(next.from(next.client, event)).toEqual([event]);
    }
  });

  it('takes data that fits the windows, and gives credit for what was taken', () => {
    const { client, server, from } = pair(10);
    from(client, { ...GET, method: 'POST' });
    expect(() => client.send({ type: 'data', streamId: 1, data: new Uint8Array(11) })).toThrow(RangeError);
    expect(client.take()).toEqual([]);
    from(client, { type: 'data', streamId: 1, data: new Uint8Array(10) });
    expect(client.sendable(1)).toBe(0);
    expect(() => server.send({ type: 'window', streamId: 1, bytes: 11 })).toThrow(RangeError);
    expect(from(server, { type: 'window', streamId: 1, bytes: 10 })).toEqual([
      { type: 'window', streamId: 1 },
    ]);
    expect(client.sendable(1)).toBe(10);
  });

  it('refuses what is out of turn, or not HTTP', () => {
    const { client, server, from } = pair();
    from(client, { ...GET, endStream: true });
    const data = new Uint8Array(1);
    for (const event of [
      { type: 'data', streamId: 1, data },
      { type: 'trailers', streamId: 1, headers: [] },
      { type: 'response', streamId: 1, status: 103 },
      { type: 'response', streamId: 1, status: 101 },
      { type: 'informational', streamId: 1, status: 200 },
      { type: 'response', streamId: 1, status: 200, headers: [['connection', 'close']] },
      { type: 'response', streamId: 1, status: 200, headers: [['a', 'b\r\nc: d']] },
    ] as const)
      expect(() => server.send(event)).toThrow(TypeError);
    expect(server.take()).toEqual([]);
    expect(() => client.send({ ...GET, path: 'x' })).toThrow(TypeError);
    expect(() => server.send(GET)).toThrow(expect.objectContaining({ code: 'ERR_REFUSED' }));
    from(server, { type: 'response', streamId: 1, status: 204, endStream: true });
    expect(server.send({ type: 'data', streamId: 1, data })).toEqual([]);
  });

  it('begins with its settings, and sends what its role has', () => {
    const client = new Http2Connection({ role: 'client' });
    expect(() => client.send(GET)).toThrow(TypeError);
    expect(client.take()).toEqual([]);
    client.send({ type: 'settings' });
    for (const event of [
      { type: 'settings' },
      { type: 'response', streamId: 1, status: 200 },
      { type: 'informational', streamId: 1, status: 103 },
      { type: 'push' as 'settings' },
    ] as const)
      expect(() => client.send(event)).toThrow(/^Cannot send/);
    expect(client.take()).toEqual([]);
  });

  it('refuses options that no peer, or nobody, can make sense of', () => {
    for (const options of [
      { highWaterMark: 0 },
      { connectionBudget: Number.NaN },
      { connectionBudget: 2 ** 31 },
      { maxWindow: 0 },
      { maxConcurrentStreams: -1 },
      { maxFrameSize: 16_383 },
      { maxFrameSize: 2 ** 24 },
      { maxHeaderBytes: Number.NaN },
      { headerTableSize: -1 },
    ])
      expect(() => new Http2Connection({ role: 'server', ...options })).toThrow(RangeError);
    expect(() => new Http2Connection({ role: 'peer' as never })).toThrow(TypeError);
    const server = new Http2Connection({ role: 'server', maxHeaderBytes: 2 ** 33 });
    const client = new Http2Connection({ role: 'client' });
    client.send({ type: 'settings' });
    for (const piece of server.send({ type: 'settings' })) client.receive(piece);
    expect(client.peerSettings.maxHeaderListSize).toBe(2 ** 32 - 1);
  });
});
