import { describe, expect, it } from '@jest/globals';
import { ConnectionCore } from '../../../lib/http2/connection/connection-core.ts';
import type { Http2Options } from '../../../lib/http2/connection/http2-options.ts';
import { receiveBlock } from '../../../lib/http2/connection/receive-headers.ts';
import { type Header, HpackEncoder } from '../../../lib/http2/mod.ts';
import { GET } from '../conformance.ts';

const POST: readonly Header[] = [[':method', 'POST'], ...GET.slice(1)];
const OK: readonly Header[] = [[':status', '200']];

/** A core that gets whole field blocks, from an encoder that goes on. */
function make(role: 'server' | 'client', options: Partial<Http2Options> = {}) {
  const core = new ConnectionCore({ role, ...options });
  const encoder = new HpackEncoder();
  const receive = (streamId: number, fields: readonly Header[], endStream = false, selfDependent = false) => {
    const content = encoder.encode(fields).slice();
    receiveBlock(core, { streamId, endStream, selfDependent, content, continuations: 0 });
    return core.events.splice(0);
  };
  const fault = (...args: Parameters<typeof receive>): unknown[] => {
    try {
      return receive(...args);
    } catch (error) {
      const { errorCode, scope } = error as { errorCode: number; scope: string };
      return [errorCode, scope];
    }
  };
  return { core, receive, fault };
}

describe('receiveBlock, of a server', () => {
  it('opens a stream with a request, and closes its far side with END_STREAM', () => {
    const { core, receive } = make('server');
    expect(receive(1, [...GET, ['priority', 'u=1, i']], true)).toMatchObject([
      {
        type: 'request',
        streamId: 1,
        endStream: true,
        method: 'GET',
        path: '/',
        priority: { urgency: 1, incremental: true },
      },
    ]);
    expect([core.streams.get(1)?.state, core.lastRemoteId]).toEqual(['half-closed (remote)', 1]);
    expect(receive(7, POST)).toMatchObject([{ type: 'request', streamId: 7, endStream: false }]);
    expect(core.streams.get(7)?.state).toBe('open');
  });

  it.each([
    ['an even one', 2, 0],
    ['one that it has passed over', 3, 5],
  ])('refuses a stream that is not the peer’s to open: %s', (_, id, last) => {
    const { core, fault } = make('server');
    core.lastRemoteId = last;
    expect(fault(id, GET)).toEqual([1, 'connection']);
  });

  it('what comes after END_STREAM is an error: of the stream while it lives, of the connection afterwards', () => {
    const { core, fault, receive } = make('server');
    receive(1, GET, true);
    expect(fault(1, [['a', 'b']], true)).toEqual([5, 'stream']);
    const stream = core.streams.get(1);
    if (stream) core.move(stream, 'send END_STREAM');
    expect(fault(1, GET, true)).toEqual([5, 'connection']);
  });

  it('decodes what it drops: the table stays the one of the peer', () => {
    const { core, receive, fault } = make('server', { maxConcurrentStreams: 1 });
    receive(1, [...GET, ['x-first', '1']]);
    expect(fault(3, [...GET, ['x-second', '2']])).toEqual([7, 'stream']);
    core.goAwaySent = 3;
    expect(receive(5, [...GET, ['x-third', '3']])).toEqual([]);
    core.goAwaySent = 0x7fffffff;
    core.reset(1, 8);
    const again: readonly Header[] = [...GET, ['x-first', '1'], ['x-second', '2'], ['x-third', '3']];
    expect(receive(7, again)).toMatchObject([{ headers: again.slice(GET.length) }]);
  });

  it('trailers end the stream, and have no pseudo-header', () => {
    const { receive, fault } = make('server');
    receive(1, POST);
    expect(receive(1, [['x-sum', '1']], true)).toEqual([
      { type: 'trailers', streamId: 1, headers: [['x-sum', '1']] },
    ]);
    receive(3, POST);
    expect(fault(3, [['x-sum', '1']], false)).toEqual([1, 'stream']);
    receive(5, POST);
    expect(fault(5, [[':path', '/']], true)).toEqual([1, 'stream']);
  });

  it('a length that END_STREAM breaks is an error of the stream, of a head and of trailers', () => {
    const { receive, fault } = make('server');
    expect(fault(1, [...POST, ['content-length', '5']], true)).toEqual([1, 'stream']);
    expect(receive(3, [...POST, ['content-length', '0']], true)).toHaveLength(1);
    receive(5, [...POST, ['content-length', '5']]);
    expect(fault(5, [['x-sum', '1']], true)).toEqual([1, 'stream']);
  });

  it('a stream that depends on itself is refused (RFC 7540 section 5.3.1)', () => {
    expect(make('server').fault(1, GET, true, true)).toEqual([1, 'stream']);
  });

  it('more streams than it takes are refused, to be tried again', () => {
    const { fault, receive } = make('server', { maxConcurrentStreams: 2 });
    receive(1, POST);
    receive(3, POST);
    expect(fault(5, POST)).toEqual([7, 'stream']);
    // Trailers of one that is open are none.
    expect(receive(3, [['a', 'b']], true)).toHaveLength(1);
  });

  it('a list over its limit is answered 431, trailers over theirs fail the stream', () => {
    const { core, fault, receive } = make('server', { maxHeaderBytes: 300, maxTrailerBytes: 50 });
    expect(receive(1, [...GET, ['x', 'y'.repeat(300)]], true)).toEqual([]);
    expect([core.streams.size, core.closed.get(1)]).toEqual([0, 'ended']);
    expect(receive(3, [...GET, ['x', 'y'.repeat(300)]])).toEqual([]);
    expect(core.closed.get(3)).toBe('local');
    receive(5, POST);
    expect(fault(5, [['x', 'y'.repeat(50)]], true)).toEqual([11, 'stream']);
    expect(fault(7, [...GET, ['x', 'y'.repeat(1200)]], true)).toEqual([11, 'connection']);
  });

  it('tells nothing of a stream that nobody reads, but ends it', () => {
    const { core, receive } = make('server');
    receive(1, POST);
    const stream = core.streams.get(1);
    if (stream) stream.discarding = true;
    expect(receive(1, [['x', 'y']], true)).toEqual([]);
    expect(stream?.state).toBe('half-closed (remote)');
  });
});

describe('receiveBlock, of a client', () => {
  const open = (method: string, options: Partial<Http2Options> = {}) => {
    const made = make('client', options);
    made.core.nextLocalId = 3;
    const stream = made.core.open(1, method);
    return { ...made, stream };
  };

  it('reads a response behind those that are informational, up to its limit', () => {
    const { fault, receive } = open('GET', { maxInformational: 2 });
    for (const status of ['100', '103'])
      expect(receive(1, [[':status', status]])).toMatchObject([
        { type: 'informational', status: Number(status) },
      ]);
    expect(receive(1, OK)).toMatchObject([{ type: 'response', status: 200, endStream: false }]);
    const other = open('GET', { maxInformational: 1 });
    other.receive(1, [[':status', '100']]);
    expect(other.fault(1, [[':status', '100']])).toEqual([1, 'stream']);
    expect(fault(1, [['x', 'y']], true)).toMatchObject([{ type: 'trailers' }]);
  });

  it('an informational response ends no stream', () => {
    expect(open('GET').fault(1, [[':status', '103']], true)).toEqual([1, 'stream']);
  });

  it.each([
    ['HEAD', '200', 0],
    ['GET', '304', 0],
    ['GET', '204', 0],
    ['GET', '200', 5],
  ])('%s %s with a content-length of 5 has a body of %i', (method, status, length) => {
    const { receive, stream } = open(method);
    receive(1, [
      [':status', status],
      ['content-length', '5'],
    ]);
    expect(stream.contentLength).toBe(length);
  });

  it('a CONNECT that succeeds is a tunnel: no length, no trailers; one that fails is a response', () => {
    const { fault, receive, stream } = open('CONNECT');
    expect(
      receive(1, [
        [':status', '200'],
        ['content-length', '5'],
      ]),
    ).toMatchObject([{ type: 'response', contentLength: undefined }]);
    expect([stream.tunnel, stream.contentLength]).toEqual([true, undefined]);
    expect(fault(1, [['x', 'y']], true)).toEqual([1, 'stream']);
    const refused = open('CONNECT');
    refused.receive(1, [
      [':status', '403'],
      ['content-length', '5'],
    ]);
    expect([refused.stream.tunnel, refused.stream.contentLength]).toEqual([false, 5]);
  });

  it('a server opens no streams, not even with an even number', () => {
    for (const id of [2, 3, 4]) expect(open('GET').fault(id, OK)).toEqual([1, 'connection']);
  });
});
