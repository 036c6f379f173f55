import { describe, expect, it } from '@jest/globals';
import { ConnectionCore } from '../../../lib/http2/connection/connection-core.ts';
import type { Http2Options } from '../../../lib/http2/connection/http2-options.ts';
import { receiveData } from '../../../lib/http2/connection/receive-data.ts';

const END = 1;

interface Piece {
  readonly length: number;
  readonly padding?: number;
  readonly flags?: number;
  /** Bytes of this piece; default: all that is no padding. */
  readonly bytes?: number;
  readonly first?: boolean;
  readonly last?: boolean;
}

function make(options: Partial<Http2Options> = {}) {
  const core = new ConnectionCore({ role: 'server', adaptiveWindow: false, ...options });
  core.lastRemoteId = 5;
  const stream = core.open(1, 'POST');
  stream.headReceived = true;
  const receive = (streamId: number, { length, padding = 0, flags = 0, ...piece }: Piece): unknown[] => {
    const { bytes = length - padding, first = true, last = true } = piece;
    try {
      receiveData(core, {
        type: 0,
        flags,
        streamId,
        length,
        padding,
        payload: new Uint8Array(bytes),
        first,
        last,
      });
    } catch (error) {
      const { errorCode, scope } = error as { errorCode: number; scope: string };
      return [errorCode, scope];
    }
    return core.events
      .splice(0)
      .map((event) => (event.type === 'data' ? [event.data.byteLength, event.endStream] : event.type));
  };
  const unread = () => [core.flow.connection.unread, stream.receive.unread];
  return { core, receive, stream, unread };
}

describe('receiveData', () => {
  it('gives the bytes, charged to both windows; END_STREAM ends the far side', () => {
    const { receive, stream, unread } = make();
    expect(receive(1, { length: 10 })).toEqual([[10, false]]);
    expect(unread()).toEqual([10, 10]);
    expect(receive(1, { length: 5, flags: END })).toEqual([[5, true]]);
    expect([unread(), stream.state]).toEqual([[15, 15], 'half-closed (remote)']);
  });

  it('a frame in pieces is charged once, with the first, and ends with the last', () => {
    const { receive, stream, unread } = make();
    const piece = { length: 10, flags: END };
    expect(receive(1, { ...piece, bytes: 4, last: false })).toEqual([[4, false]]);
    expect([unread(), stream.state]).toEqual([[10, 10], 'open']);
    expect(receive(1, { ...piece, bytes: 6, first: false })).toEqual([[6, true]]);
    expect([unread(), stream.state]).toEqual([[10, 10], 'half-closed (remote)']);
  });

  it('padding is charged, and given back as it comes: nobody reads it', () => {
    const { core, receive, stream, unread } = make();
    expect(receive(1, { length: 10, padding: 7 })).toEqual([[3, false]]);
    expect([unread(), stream.received]).toEqual([[3, 3], 3]);
    expect(core.flow.connection.outstanding + 3).toBeLessThanOrEqual(core.flow.connection.target);
    expect(receive(1, { length: 4, padding: 4 })).toEqual([]);
    expect(unread()).toEqual([3, 3]);
  });

  it('an empty frame is no event, but for the end that it brings', () => {
    const { receive } = make();
    expect(receive(1, { length: 0 })).toEqual([]);
    expect(receive(1, { length: 0, flags: END })).toEqual([[0, true]]);
  });

  it('more than a window allows is a FLOW_CONTROL_ERROR: of the stream, or of the connection', () => {
    const small = make({ highWaterMark: 100 });
    small.core.flow.acknowledge();
    expect(small.receive(1, { length: 100 })).toEqual([[100, false]]);
    expect(small.receive(1, { length: 1 })).toEqual([3, 'stream']);
    // The connection gets back what no stream was charged with.
    expect(small.core.flow.connection.unread).toBe(100);
    const { core, receive } = make();
    core.flow.connection.outstanding = 5;
    expect(receive(1, { length: 6 })).toEqual([3, 'connection']);
  });

  it('is held to the declared length, padding apart', () => {
    const { receive, stream } = make();
    stream.contentLength = 5;
    expect(receive(1, { length: 8, padding: 3 })).toEqual([[5, false]]);
    expect(receive(1, { length: 1 })).toEqual([1, 'stream']);
    const short = make();
    short.stream.contentLength = 5;
    expect(short.receive(1, { length: 4, flags: END })).toEqual([1, 'stream']);
  });

  it('before a head it is an error of the stream', () => {
    const { receive, stream } = make();
    stream.headReceived = false;
    expect(receive(1, { length: 1 })).toEqual([1, 'stream']);
  });

  it('on an idle stream it is an error of the connection (RFC 9113 section 5.1)', () => {
    expect(make().receive(7, { length: 1 })).toEqual([1, 'connection']);
    expect(make().receive(2, { length: 1 })).toEqual([1, 'connection']);
  });

  it('after END_STREAM it is an error, and the connection keeps its credit', () => {
    const { core, receive, unread, stream } = make();
    receive(1, { length: 3, flags: END });
    expect(receive(1, { length: 4 })).toEqual([5, 'stream']);
    expect(unread()).toEqual([3, 3]);
    core.move(stream, 'send END_STREAM');
    expect(receive(1, { length: 4 })).toEqual([5, 'connection']);
    expect(core.flow.connection.unread).toBe(3);
  });

  it('for a stream that we have reset it is dropped, and credited', () => {
    const { core, receive } = make();
    core.reset(1, 8);
    for (let n = 0; n < 5; n++) expect(receive(1, { length: 10_000 })).toEqual([]);
    expect(core.flow.connection.unread).toBe(0);
  });

  it('of a stream that nobody reads the bytes go to the connection, and only its end counts', () => {
    const { core, receive, stream } = make();
    stream.discarding = true;
    expect(receive(1, { length: 1000 })).toEqual([]);
    expect(core.flow.connection.unread).toBe(0);
    expect(receive(1, { length: 10, flags: END })).toEqual([]);
    expect(stream.state).toBe('half-closed (remote)');
  });

  it('frames without anything in them are bounded', () => {
    const { receive } = make();
    let n = 0;
    while (receive(1, { length: 0 }).length === 0) n++;
    expect(n).toBe(100);
    expect(receive(1, { length: 0 })).toEqual([11, 'connection']);
  });
});
