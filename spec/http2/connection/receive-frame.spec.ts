import { describe, expect, it } from '@jest/globals';
import { ConnectionCore } from '../../../lib/http2/connection/connection-core.ts';
import type { Http2Options } from '../../../lib/http2/connection/http2-options.ts';
import { receiveFrame } from '../../../lib/http2/connection/receive-frame.ts';
import { block, GET, u32 } from '../conformance.ts';

const [PROTOCOL, FLOW, SIZE, CALM] = [1, 3, 6, 11];

function make(role: 'server' | 'client', options: Partial<Http2Options> = {}) {
  const core = new ConnectionCore({ role, ...options });
  const receive = (
    type: number,
    flags: number,
    streamId: number,
    bytes: ArrayLike<number> = [],
  ): unknown[] => {
    const payload = Uint8Array.from(bytes);
    const frame = {
      type,
      flags,
      streamId,
      length: payload.byteLength,
      padding: 0,
      payload,
      first: true,
      last: true,
    };
    try {
      receiveFrame(core, frame);
    } catch (error) {
      return [(error as { errorCode: number }).errorCode];
    }
    return core.events.splice(0);
  };
  /** After the first SETTINGS. */
  const begun = () => {
    receive(4, 0, 0);
    return { core, receive };
  };
  return { core, receive, begun };
}
const server = (options?: Partial<Http2Options>) => make('server', options).begun();
const client = (options?: Partial<Http2Options>) => make('client', options).begun();

describe('receiveFrame', () => {
  it('SETTINGS comes first, and no acknowledgement (RFC 9113 section 3.4)', () => {
    for (const [type, flags, id, bytes] of [
      [6, 0, 0, new Uint8Array(8)],
      [4, 1, 0, []],
      [1, 4, 1, block(GET)],
      [0x42, 0, 0, []],
    ] as const)
      expect(make('server').receive(type, flags, id, bytes)).toEqual([PROTOCOL]);
    expect(make('server').receive(4, 0, 0)).toMatchObject([{ type: 'settings' }]);
  });

  it('a field block is whole before anything else comes (section 6.10)', () => {
    const bytes = block(GET);
    const begin = () => {
      const made = server();
      expect(made.receive(1, 1, 1, bytes.subarray(0, 3))).toEqual([]);
      return made;
    };
    for (const [type, flags, id] of [
      [0, 0, 1],
      [1, 4, 1],
      [9, 4, 3],
      [6, 0, 0],
      [0x42, 0, 0],
    ] as const)
      expect(begin().receive(type, flags, id, new Uint8Array(8))).toEqual([PROTOCOL]);
    const { receive } = begin();
    expect(receive(9, 0, 1)).toEqual([]);
    expect(receive(9, 4, 1, bytes.subarray(3))).toMatchObject([
      { type: 'request', endStream: true, path: '/' },
    ]);
    // None is under way any more.
    expect(receive(9, 4, 1)).toEqual([PROTOCOL]);
  });

  it('a block without an end is given up: by its frames, and by its bytes', () => {
    const frames = server();
    frames.receive(1, 0, 1);
    let n = 0;
    while (frames.receive(9, 0, 1).length === 0) n++;
    expect(n).toBe(13);
    const large = server({ maxHeaderBytes: 1000 });
    expect(large.receive(1, 0, 1, new Uint8Array(4000))).toEqual([]);
    expect(large.receive(9, 0, 1, new Uint8Array(1))).toEqual([CALM]);
  });

  it('an error of one stream ends that stream, and no other', () => {
    const { core, receive } = server();
    receive(1, 4, 1, block([[':method', 'POST'], ...GET.slice(1)]));
    receive(1, 4, 3, block([[':method', 'POST'], ...GET.slice(1)]));
    expect(receive(8, 0, 1, u32(0))).toMatchObject([
      { type: 'reset', streamId: 1, errorCode: PROTOCOL, remote: false },
    ]);
    expect([...core.streams.keys()]).toEqual([3]);
    // Of the connection it ends that.
    expect(receive(8, 0, 0, u32(0))).toEqual([PROTOCOL]);
  });

  it('PRIORITY is read no further; of a wrong size, or on itself, it is an error of its stream', () => {
    const { receive } = server();
    expect(receive(2, 0, 1, [...u32(3), 16])).toEqual([]);
    expect(receive(2, 0, 1, u32(3))).toMatchObject([{ type: 'reset', streamId: 1, errorCode: SIZE }]);
    expect(receive(2, 0, 3, [...u32(0x80000003), 16])).toMatchObject([{ streamId: 3, errorCode: PROTOCOL }]);
  });

  it('RST_STREAM ends what is open, is ignored for what is closed, and is an error on what is idle', () => {
    const { core, receive } = server();
    receive(1, 4, 1, block(GET));
    expect(receive(3, 0, 1, u32(8))).toMatchObject([
      { type: 'reset', streamId: 1, errorCode: 8, remote: true },
    ]);
    expect(core.closed.get(1)).toBe('remote');
    expect(receive(3, 0, 1, u32(8))).toEqual([]);
    expect(receive(3, 0, 3, u32(8))).toEqual([PROTOCOL]);
  });

  it('SETTINGS change the windows of what is open, below nothing too, and never past 2^31-1', () => {
    const { core, receive } = client();
    const { send } = core.open(1, 'POST');
    send.available = 10;
    receive(4, 0, 0, [0, 4, ...u32(0)]);
    expect(send.available).toBe(10 - 65_535);
    expect(receive(4, 0, 0, [0, 4, ...u32(65_536)])).toMatchObject([
      { type: 'settings' },
      { type: 'window', streamId: 1 },
    ]);
    expect(send.available).toBe(11);
    send.available = 0x7fffffff;
    expect(receive(4, 0, 0, [0, 4, ...u32(65_537)])).toEqual([FLOW]);
  });

  it('an acknowledgement that nothing waits for does nothing', () => {
    const { core, receive } = server();
    expect(receive(4, 1, 0)).toEqual([]);
    core.settingsPending = 1;
    expect(receive(4, 1, 0)).toEqual([{ type: 'settingsAck' }]);
    expect(receive(4, 1, 0)).toEqual([]);
  });

  it('RFC 7540 priorities are given up in the first SETTINGS or never (RFC 9218 section 2.1)', () => {
    expect(server().receive(4, 0, 0, [0, 9, ...u32(1)])).toEqual([PROTOCOL]);
    expect(make('server').receive(4, 0, 0, [0, 9, ...u32(1)])).toMatchObject([{ type: 'settings' }]);
  });

  it('PING is answered; an answer is an event, as what was asked for', () => {
    const { core, receive } = server();
    const opaque = [1, 2, 3, 4, 5, 6, 7, 8];
    core.control.take();
    expect(receive(6, 0, 0, opaque)).toEqual([]);
    expect([...(core.control.take()[0] ?? [])].slice(-8)).toEqual(opaque);
    expect(receive(6, 1, 0, opaque)).toEqual([{ type: 'pong', opaque: Uint8Array.from(opaque) }]);
  });

  it('GOAWAY gives a client back what is above its last stream, and cannot rise', () => {
    const { core, receive } = client();
    for (const id of [1, 3, 5]) core.open(id, 'GET');
    expect(receive(7, 0, 0, [...u32(0x80000003), ...u32(0), 0x62, 0xe9])).toMatchObject([
      { type: 'reset', streamId: 5, errorCode: 7, retry: true },
      { type: 'goaway', lastStreamId: 3, errorCode: 0, debug: 'b\xe9' },
    ]);
    expect([...core.streams.keys()]).toEqual([1, 3]);
    expect(receive(7, 0, 0, [...u32(5), ...u32(0)])).toEqual([PROTOCOL]);
    expect(receive(7, 0, 0, [...u32(3), ...u32(2)])).toMatchObject([{ type: 'goaway', errorCode: 2 }]);
  });

  it('a debug text is cut off', () => {
    const [event] = server().receive(7, 0, 0, [...u32(0), ...u32(0), ...new Uint8Array(5000).fill(0x61)]);
    expect((event as { debug: string }).debug).toHaveLength(1024);
  });

  it('WINDOW_UPDATE opens a window; past 2^31-1 it is an error of its scope; of what is closed it is ignored', () => {
    const { core, receive } = client();
    core.nextLocalId = 5;
    const { send } = core.open(1, 'POST');
    receive(8, 0, 1, u32(0x80000005));
    expect(send.available).toBe(65_540);
    expect(receive(8, 0, 1, u32(0x7fffffff))).toMatchObject([
      { type: 'reset', streamId: 1, errorCode: FLOW },
    ]);
    expect(receive(8, 0, 3, u32(5))).toEqual([]);
    expect(receive(8, 0, 5, u32(5))).toEqual([PROTOCOL]);
    expect(receive(8, 0, 0, u32(0x7fffffff))).toEqual([FLOW]);
  });

  it('nobody pushes', () => {
    for (const { receive } of [server(), client()]) expect(receive(5, 4, 1, u32(2))).toEqual([PROTOCOL]);
  });

  it('PRIORITY_UPDATE is for servers, about streams of clients', () => {
    const { receive } = server();
    receive(1, 4, 1, block(GET));
    expect(receive(16, 0, 0, [...u32(1), ...Buffer.from('u=1, i')])).toEqual([
      { type: 'priority', streamId: 1, urgency: 1, incremental: true },
    ]);
    expect(server().receive(16, 0, 0, u32(0))).toEqual([PROTOCOL]);
    expect(server().receive(16, 0, 0, u32(2))).toEqual([PROTOCOL]);
    expect(client().receive(16, 0, 0, u32(1))).toEqual([PROTOCOL]);
  });

  it('frames of unknown types are ignored, up to a limit (section 5.5)', () => {
    const { receive } = server();
    let n = 0;
    while (receive(0x42, 0xff, 7).length === 0) n++;
    expect(n).toBe(400);
    expect(receive(0x42, 0, 0)).toEqual([CALM]);
  });
});
