import { describe, expect, it } from '@jest/globals';
import { type Event, Http1Connection, type SendEvent } from '../../lib/http1/mod.ts';

const latin1 = (pieces: Uint8Array[]) => pieces.map((piece) => String.fromCharCode(...piece)).join('');
const bytes = (text: string) => new TextEncoder().encode(text);
const types = (events: Event[]) => events.map(({ type }) => type);
const send = (connection: Http1Connection, events: SendEvent[]) =>
  latin1(events.flatMap((event) => connection.send(event)));

describe('Http1Connection.send', () => {
  it('client and server talk to each other: chunked with trailers, then a sized body', () => {
    const client = new Http1Connection({ role: 'client' });
    const server = new Http1Connection({ role: 'server' });
    const request = send(client, [
      {
        type: 'request',
        method: 'POST',
        target: '/',
        headers: ['host', 'a', 'transfer-encoding', 'chunked'],
      },
      { type: 'data', data: bytes('hello') },
      { type: 'data', data: bytes('') },
      { type: 'end', trailers: ['x-sum', '1'] },
    ]);
    expect(request).toBe(
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n',
    );
    expect(types(server.receive(bytes(request)))).toEqual(['request', 'data', 'end']);
    const response = send(server, [
      { type: 'informational', status: 103, headers: ['link', '</a>'] },
      { type: 'response', status: 200, headers: ['content-length', '2'] },
      { type: 'data', data: bytes('ok') },
      { type: 'end' },
    ]);
    expect(response).toBe(
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    );
    expect(types(client.receive(bytes(response)))).toEqual(['informational', 'response', 'data', 'end']);
    server.next();
    expect(client.reusable).toBe(true);
    send(client, [{ type: 'request', method: 'HEAD', target: '/', headers: ['host', 'a'] }, { type: 'end' }]);
  });

  it('a response to HEAD has no body, whatever length it names; one without a length runs until close', () => {
    const server = new Http1Connection({ role: 'server' });
    server.receive(bytes('HEAD / HTTP/1.1\r\nhost: a\r\n\r\n'));
    send(server, [{ type: 'response', status: 200, headers: ['content-length', '5'] }]);
    expect(() => server.send({ type: 'data', data: bytes('x') })).toThrow(TypeError);
    expect(send(server, [{ type: 'end' }])).toBe('');
    server.next();
    server.receive(bytes('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    expect(
      send(server, [
        { type: 'response', status: 200, headers: [] },
        { type: 'data', data: bytes('as long as it likes') },
        { type: 'end' },
      ]),
    ).toMatch(/\r\n\r\nas long as it likes$/);
  });

  const head: SendEvent = { type: 'response', status: 200, headers: ['content-length', '2'] };
  const end: SendEvent = { type: 'end' };
  const data = (text: string): SendEvent => ({ type: 'data', data: bytes(text) });
  it.each<[string, SendEvent[]]>([
    ['data before a head', [data('x')]],
    ['an end before a head', [end]],
    ['a second head', [head, head]],
    ['an interim response after the head', [head, { type: 'informational', status: 103, headers: [] }]],
    ['an interim response with a final status', [{ type: 'informational', status: 200, headers: [] }]],
    ['more than the declared length', [head, data('xyz')]],
    ['an end before the declared length', [head, data('x'), end]],
    ['data after the end', [head, data('xy'), end, data('z')]],
    ['a second end', [head, data('xy'), end, end]],
    ['trailers without chunked', [head, data('xy'), { type: 'end', trailers: ['a', 'b'] }]],
    [
      'two lengths',
      [{ type: 'response', status: 200, headers: ['content-length', '1', 'content-length', '1'] }],
    ],
    [
      'a coding and a length',
      [{ ...head, headers: ['content-length', '1', 'transfer-encoding', 'chunked'] }],
    ],
    ['a line break in a value', [{ ...head, headers: ['a', 'b\r\nc: d'] }]],
    ['an interim status as the response', [{ ...head, status: 103, headers: [] }]],
    ['a request from a server', [{ type: 'request', method: 'GET', target: '/', headers: [] }]],
  ])('refuses %s', (_name, events) => {
    const server = new Http1Connection({ role: 'server' });
    server.receive(bytes('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    for (const event of events.slice(0, -1)) server.send(event);
    const last = events.at(-1);
    expect(() => last && server.send(last)).toThrow(TypeError);
  });

  it('refuses a response from a client, and a request before the last answer is over', () => {
    const client = new Http1Connection({ role: 'client' });
    expect(() => client.send({ type: 'response', status: 200, headers: [] })).toThrow(TypeError);
    const request: SendEvent = { type: 'request', method: 'GET', target: '/', headers: ['host', 'a'] };
    client.send(request);
    expect(() => client.send(request)).toThrow(TypeError);
  });

  it('knows fields by their names in any case', () => {
    const server = new Http1Connection({ role: 'server' });
    const headers = ['Transfer-Encoding', 'chunked'];
    server.send({ type: 'response', status: 200, headers });
    expect(server.send({ type: 'data', data: bytes('ab') }).map((piece) => piece.byteLength)).toEqual([
      3, 2, 2,
    ]);
    const client = new Http1Connection({ role: 'client' });
    client.send({ type: 'request', method: 'GET', target: '/', headers: ['Host', 'a', 'Upgrade', 'x'] });
    const [response] = client.receive(bytes('HTTP/1.1 101 Yes\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
    expect(response).toMatchObject({ type: 'response', status: 101 });
  });

  it('has one role of two', () => {
    expect(() => new Http1Connection({ role: 'peer' as never })).toThrow('Cannot use role as');
  });
});
