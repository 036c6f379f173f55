import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../../../lib/errors/protocol-error.ts';
import { ConnectionCore } from '../../../lib/http2/connection/connection-core.ts';

const server = () => new ConnectionCore({ role: 'server' });
const client = () => new ConnectionCore({ role: 'client' });
/** A stream with bytes that came and were not read. */
function unread(core: ConnectionCore, id: number, bytes: number) {
  const stream = core.open(id, 'POST');
  core.flow.receive(core.flow.connection, bytes);
  core.flow.receive(stream.receive, bytes);
  return stream;
}
const code = (run: () => void): unknown[] => {
  try {
    run();
    return [];
  } catch (error) {
    const { errorCode, scope } = error as ProtocolError;
    return [errorCode, scope];
  }
};

describe('ConnectionCore', () => {
  it('the first streams: a client opens 1, a server would open 2 (RFC 9113 section 5.1.1)', () => {
    expect([client().nextLocalId, server().nextLocalId]).toEqual([1, 2]);
  });

  it('idle is what was never used: the peer’s above its last, ours from the next on', () => {
    const core = server();
    core.lastRemoteId = 5;
    expect([1, 3, 5, 7, 2, 4].map((id) => core.idle(id))).toEqual([false, false, false, true, true, true]);
    const other = client();
    other.nextLocalId = 5;
    expect([1, 3, 5, 2].map((id) => other.idle(id))).toEqual([false, false, true, true]);
    expect(code(() => core.assertUsed(7))).toEqual([1, 'connection']);
    expect(code(() => core.assertUsed(0))).toEqual([]);
  });

  it('a stream that both sides have ended is closed, and remembered so', () => {
    const core = server();
    const stream = core.open(1, 'GET');
    core.move(stream, 'receive END_STREAM');
    expect([stream.state, core.streams.has(1)]).toEqual(['half-closed (remote)', true]);
    core.move(stream, 'send END_STREAM');
    expect([stream.state, core.streams.has(1), core.closed.get(1)]).toEqual(['closed', false, 'ended']);
  });

  it('what is unread of a stream that ended stays charged; of one that we reset it is given back', () => {
    const core = server();
    const ended = unread(core, 1, 1000);
    core.move(ended, 'receive END_STREAM');
    core.move(ended, 'send END_STREAM');
    expect([core.lingering.get(1)?.unread, core.flow.connection.unread]).toEqual([1000, 1000]);
    unread(core, 3, 500);
    core.reset(3, 8);
    expect([core.lingering.has(3), core.flow.connection.unread, core.closed.get(3)]).toEqual([
      false,
      1000,
      'local',
    ]);
  });

  it('a reset of a stream that is gone is sent and remembered', () => {
    const core = server();
    core.reset(9, 2);
    expect([core.closed.get(9), core.events]).toEqual(['local', []]);
  });

  it('remembers the last 512 that are closed', () => {
    const core = server();
    for (let id = 1; id <= 2 * 520; id += 2) core.remember(id, 'ended');
    expect([core.closed.size, core.closed.has(15), core.closed.has(17)]).toEqual([512, false, true]);
  });

  it('a stream that is lost is told of once, with what the other side knows', () => {
    const core = client();
    const stream = core.open(1, 'GET');
    core.move(stream, 'receive END_STREAM');
    core.lose(1, 7);
    expect(core.events).toEqual([
      {
        type: 'reset',
        streamId: 1,
        errorCode: 7,
        remote: true,
        retry: true,
        remoteEnded: true,
        error: undefined,
      },
    ]);
    expect(core.closed.get(1)).toBe('remote');
    const error = new ProtocolError('bad', { protocol: 'h2', errorCode: 7, scope: 'stream' });
    core.open(3, 'GET');
    core.lose(3, 7, error);
    // Our own REFUSED_STREAM is not for us to try again.
    expect(core.events[1]).toMatchObject({
      streamId: 3,
      remote: false,
      retry: false,
      remoteEnded: false,
      error,
    });
    expect(core.closed.get(3)).toBe('local');
  });

  it('a window that opens is an event; one past 2^31-1 an error of its scope', () => {
    const core = client();
    const { send } = core.open(1, 'POST');
    send.available = -5;
    core.openWindow(1, send, 5, 'stream');
    expect(core.events).toEqual([]);
    core.openWindow(1, send, 1, 'stream');
    core.openWindow(1, send, 1, 'stream');
    expect(core.events).toEqual([{ type: 'window', streamId: 1 }]);
    core.openWindow(1, send, 0x7fffffff - 2, 'stream');
    expect(send.available).toBe(0x7fffffff);
    expect(code(() => core.openWindow(1, send, 1, 'stream'))).toEqual([3, 'stream']);
    expect(code(() => core.openWindow(0, core.send, 0x7fffffff, 'connection'))).toEqual([3, 'connection']);
  });

  it('what may be sent is what both windows allow, and never less than nothing', () => {
    const core = client();
    const stream = core.open(1, 'POST');
    stream.send.available = 10;
    core.send.available = 4;
    expect(core.sendable(stream)).toBe(4);
    core.send.available = 100;
    expect(core.sendable(stream)).toBe(10);
    stream.send.available = -3;
    expect(core.sendable(stream)).toBe(0);
  });

  it('GOAWAY never says more than before (RFC 9113 section 6.8)', () => {
    const core = server();
    core.lastRemoteId = 7;
    expect(core.lastStreamId).toBe(7);
    core.goAwaySent = 5;
    core.lastRemoteId = 9;
    expect(core.lastStreamId).toBe(5);
  });

  it('a body is as long as declared: not longer while it goes, and just so at its end', () => {
    const core = server();
    const stream = core.open(1, 'POST');
    const check = (received: number, end: boolean): unknown[] =>
      code(() => core.assertLength(Object.assign(stream, { received }), end));
    expect([check(9, false), check(9, true)]).toEqual([[], []]);
    stream.contentLength = 5;
    expect([check(5, false), check(4, false), check(5, true)]).toEqual([[], [], []]);
    for (const [received, end] of [
      [6, false],
      [4, true],
      [6, true],
      [0, true],
    ] as const)
      expect(check(received, end)).toEqual([1, 'stream']);
  });
});
