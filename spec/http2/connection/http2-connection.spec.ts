import { describe, expect, it, jest } from '@jest/globals';
import { concat } from '../../../lib/bytes/concat.ts';
import { ConnectionCore } from '../../../lib/http2/connection/connection-core.ts';
import { FrameReader, type Header, Http2Connection, type Http2Event } from '../../../lib/http2/mod.ts';
import { block, frame, GET, PREFACE, SETTINGS, u32 } from '../conformance.ts';

const POST: readonly Header[] = [[':method', 'POST'], ...GET.slice(1)];
const OK: readonly Header[] = [[':status', '200']];
const PING = (last: number): number[] => [0x73, 0x6c, 0x75, 0x69, 0x63, 0x65, 0, last];
type Options = Omit<ConstructorParameters<typeof Http2Connection>[0], 'role'>;

/** The frames among the bytes to send: type, stream, and for the short ones what they hold. */
function frames(connection: Http2Connection): string[] {
  const reader = new FrameReader(1 << 24);
  const bytes = concat(connection.take());
  reader.push(bytes[0] === 0x50 ? bytes.subarray(24) : bytes);
  const list: string[] = [];
  const names = ['DATA', 'HEADERS', 'PRIORITY', 'RST', 'SETTINGS', '', 'PING', 'GOAWAY', 'WINDOW'];
  for (let f = reader.next(); f !== undefined; f = reader.next()) {
    const word = (at: number): number =>
      f.payload.slice(at, at + 4).reduce((sum, byte) => sum * 256 + byte, 0);
    const detail = [3, 8].includes(f.type) ? ` ${word(0)}` : f.type === 7 ? ` ${word(0)} ${word(4)}` : '';
    list.push(`${names[f.type]}${f.flags === 0 ? '' : `+${f.flags}`} ${f.streamId}${detail}`);
  }
  return list;
}
function server(options: Options = {}): Http2Connection {
  const connection = new Http2Connection({ role: 'server', ...options });
  connection.initiate();
  for (const bytes of [PREFACE, SETTINGS, frame(4, 1, 0)]) connection.receive(bytes, 0);
  connection.take();
  return connection;
}
function client(options: Options = {}, settings: Uint8Array = SETTINGS): Http2Connection {
  const connection = new Http2Connection({ role: 'client', ...options });
  connection.initiate();
  for (const bytes of [settings, frame(4, 1, 0)]) connection.receive(bytes, 0);
  connection.take();
  return connection;
}
const types = (events: readonly Http2Event[]): string[] => events.map(({ type }) => type);
const request = (id: number, flags = 4): Uint8Array => frame(1, flags, id, block(POST));
const data = (id: number, n: number, flags = 0): Uint8Array => frame(0, flags, id, new Uint8Array(n));

describe('stopReading', () => {
  it('of a client cancels a response that has not ended, and returns its bytes', () => {
    const connection = client();
    const id = connection.openStream(GET, true);
    connection.receive(frame(1, 4, id, block(OK)), 0);
    connection.receive(data(id, 5000), 0);
    connection.take();
    connection.stopReading(id);
    expect(frames(connection)).toEqual(['RST 1 8']);
    expect([connection.state(id), connection.stats.unread]).toEqual([undefined, 0]);
    // What was under way still counts, and is credited to the connection.
    expect(connection.receive(data(id, 5000, 1), 0)).toEqual([]);
    expect(connection.stats.unread).toBe(0);
    connection.stopReading(id);
    expect(frames(connection)).toEqual([]);
  });

  it('of a client leaves a request going on once the response has ended', () => {
    const connection = client();
    const id = connection.openStream(POST, false);
    connection.receive(frame(1, 4, id, block(OK)), 0);
    connection.receive(data(id, 5, 1), 0);
    connection.take();
    connection.stopReading(id);
    expect([connection.stats.unread, connection.state(id)]).toEqual([0, 'half-closed (remote)']);
    expect(connection.sendData(id, new Uint8Array(3), true)).toBe(3);
    expect(frames(connection)).toEqual(['DATA+1 1']);
  });

  it('of a server goes on with its response, drops what comes, and resets with NO_ERROR at its end', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.receive(data(1, 100), 0);
    connection.stopReading(1);
    expect([connection.stats.unread, connection.state(1)]).toEqual([0, 'open']);
    expect(connection.receive(data(1, 10_000), 0)).toEqual([]);
    connection.sendHeaders(1, OK, false);
    connection.take();
    connection.sendData(1, new Uint8Array(2), true);
    expect(frames(connection)).toEqual(['DATA+1 1', 'RST 1 0']);
    expect(connection.state(1)).toBeUndefined();
  });

  it('of a server drops data without an event or stream credit, and needs no reset when the peer ends in time', () => {
    const connection = server({ highWaterMark: 1000 });
    connection.receive(request(1), 0);
    connection.stopReading(1);
    expect(connection.receive(data(1, 600), 0)).toEqual([]);
    expect(connection.receive(data(1, 400, 1), 0)).toEqual([]);
    expect(connection.stats.unread).toBe(0);
    connection.sendHeaders(1, OK, true);
    expect(frames(connection).filter((text) => /^(RST|WINDOW) 1/.test(text))).toEqual([]);
    expect(connection.state(1)).toBeUndefined();
  });

  it('of a server that has ended its response resets at once', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.sendHeaders(1, OK, true);
    connection.take();
    connection.stopReading(1);
    expect(frames(connection)).toEqual(['RST 1 0']);
  });

  it('of a stream that is closed returns what nobody read', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.receive(data(1, 300, 1), 0);
    connection.sendHeaders(1, OK, true);
    expect([connection.state(1), connection.stats.unread]).toEqual([undefined, 300]);
    connection.consumed(1, 100);
    expect(() => connection.consumed(1, 201)).toThrow(RangeError);
    connection.stopReading(1);
    expect(connection.stats.unread).toBe(0);
    connection.consumed(1, 5);
  });
});

describe('goAway', () => {
  it('of a server comes in two steps, between which streams are taken', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.goAway();
    connection.goAway();
    expect(frames(connection)).toEqual(['GOAWAY 0 2147483647 0', 'PING 0']);
    expect(types(connection.receive(request(3), 0))).toEqual(['request']);
    expect(connection.receive(frame(6, 1, 0, PING(2)), 0)).toEqual([]);
    expect(frames(connection)).toEqual(['GOAWAY 0 3 0']);
    expect(connection.receive(request(5, 5), 0)).toEqual([]);
    expect(connection.receive(request(7), 0)).toEqual([]);
    expect(connection.receive(data(7, 9), 0)).toEqual([]);
    expect(connection.receive(request(7, 5), 0)).toEqual([]);
    expect([frames(connection), connection.stats.unread, connection.finished]).toEqual([[], 0, false]);
    for (const id of [1, 3]) {
      connection.sendHeaders(id, OK, true);
      connection.receive(data(id, 0, 1), 0);
    }
    expect(connection.finished).toBe(true);
    expect(connection.receive(frame(6, 1, 0, PING(2)), 0)).toEqual([]);
    expect(frames(connection).filter((text) => text.startsWith('GOAWAY'))).toEqual([]);
  });

  it('with an error, after that, still names the last stream that was taken', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.goAway();
    connection.settleGoAway();
    connection.receive(request(3), 0);
    frames(connection);
    connection.receive(frame(8, 0, 0, new Uint8Array(4)), 0);
    expect(frames(connection)).toEqual(['GOAWAY 0 1 1']);
  });

  it('of a server that cannot wait is settled without the answer to its PING, once', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.settleGoAway();
    expect(frames(connection)).toEqual([]);
    connection.goAway();
    connection.settleGoAway();
    connection.settleGoAway();
    expect(frames(connection)).toEqual(['GOAWAY 0 2147483647 0', 'PING 0', 'GOAWAY 0 1 0']);
    connection.receive(frame(6, 1, 0, PING(2)), 0);
    expect([frames(connection), connection.receive(request(3), 0)]).toEqual([[], []]);
    const other = client();
    other.goAway();
    other.settleGoAway();
    expect(frames(other)).toEqual(['GOAWAY 0 0 0']);
  });

  it('of a client is done once its streams are', () => {
    const connection = client();
    const id = connection.openStream(GET, true);
    connection.goAway();
    expect([connection.canOpen, connection.finished]).toEqual([false, false]);
    expect(frames(connection)).toEqual(['GOAWAY 0 0 0', 'HEADERS+5 1']);
    connection.receive(frame(1, 5, id, block(OK)), 0);
    expect(connection.finished).toBe(true);
  });

  it('with an error ends all at once', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.goAway(2, 'broken');
    expect(frames(connection)).toEqual(['GOAWAY 0 1 2']);
    expect([connection.finished, connection.receive(data(1, 5), 0)]).toEqual([true, []]);
    connection.sendHeaders(1, OK, true);
    connection.goAway();
    expect(frames(connection)).toEqual([]);
  });

  it('of the peer gives back the requests above its last stream, to be tried again', () => {
    const connection = client();
    for (let i = 0; i < 3; i++) connection.openStream(GET, true);
    const events = connection.receive(frame(7, 0, 0, [...u32(1), ...u32(0), 0x68, 0x69]), 0);
    expect(events).toMatchObject([
      { type: 'reset', streamId: 3, errorCode: 7, remote: true, retry: true },
      { type: 'reset', streamId: 5, errorCode: 7, remote: true, retry: true },
      { type: 'goaway', lastStreamId: 1, errorCode: 0, debug: 'hi' },
    ]);
    expect([connection.canOpen, connection.finished]).toEqual([false, false]);
    expect(() => connection.openStream(GET, true)).toThrow(expect.objectContaining({ code: 'ERR_REFUSED' }));
    expect(types(connection.receive(frame(1, 5, 1, block(OK)), 0))).toEqual(['response']);
    expect(connection.finished).toBe(true);
  });

  it('of a server that announces its end opens nothing more, and leaves what is open', () => {
    const connection = client();
    connection.openStream(GET, true);
    const events = connection.receive(frame(7, 0, 0, [...u32(0x7fffffff), ...u32(0)]), 0);
    expect(events).toMatchObject([{ type: 'goaway', lastStreamId: 0x7fffffff }]);
    expect([connection.canOpen, connection.finished]).toEqual([false, false]);
    connection.receive(frame(1, 5, 1, block(OK)), 0);
    expect(connection.finished).toBe(true);
  });

  it('of a client leaves the requests that it goes on to send: the server says which it has taken', () => {
    const connection = server();
    connection.receive(request(1), 0);
    const events = connection.receive(frame(7, 0, 0, [...u32(0), ...u32(0)]), 0);
    expect(types(events)).toEqual(['goaway']);
    expect(types(connection.receive(request(3), 0))).toEqual(['request']);
    for (const id of [1, 3]) {
      connection.receive(data(id, 0, 1), 0);
      connection.sendHeaders(id, OK, true);
    }
    expect(connection.finished).toBe(false);
    connection.goAway();
    connection.receive(frame(6, 1, 0, PING(2)), 0);
    expect(connection.finished).toBe(true);
  });

  it('a stream is tried again after REFUSED_STREAM, and after no other code', () => {
    for (const code of [0, 2, 7, 8]) {
      const connection = client();
      connection.openStream(POST, false);
      expect(connection.receive(frame(3, 0, 1, u32(code)), 0)).toMatchObject([
        { type: 'reset', errorCode: code, remote: true, retry: code === 7, remoteEnded: false },
      ]);
    }
  });
});

describe('extended CONNECT', () => {
  const CONNECT: readonly Header[] = [[':method', 'CONNECT'], ...GET.slice(1), [':protocol', 'websocket']];

  it('is asked for and taken where the server has offered it, and is a tunnel', () => {
    const there = new Http2Connection({ role: 'server', enableConnectProtocol: true });
    const here = new Http2Connection({ role: 'client' });
    there.initiate();
    here.initiate();
    expect(() => here.openStream(CONNECT, false)).toThrow(TypeError);
    here.receive(concat(there.take()), 0);
    expect(here.peerSettings.enableConnectProtocol).toBe(1);
    const id = here.openStream(CONNECT, false);
    const events = there.receive(concat(here.take()), 0);
    expect(events.at(-1)).toMatchObject({ type: 'request', protocol: 'websocket', endStream: false });
    there.sendHeaders(
      id,
      [
        [':status', '200'],
        ['content-length', '1'],
      ] as Header[],
      false,
    );
    there.sendData(id, new Uint8Array(5), true);
    // RFC 9110 section 9.3.6: content-length means nothing here.
    expect(types(here.receive(concat(there.take()), 0))).toContain('data');
    expect(here.state(id)).toBe('half-closed (remote)');
  });

  it('is refused where it was not offered', () => {
    const connection = server();
    expect(connection.receive(frame(1, 4, 1, block(CONNECT)), 0)).toMatchObject([
      { type: 'reset', streamId: 1, errorCode: 1, remote: false },
    ]);
    expect(() => client().openStream(CONNECT, false)).toThrow(TypeError);
  });
});

describe('the header tables', () => {
  const SIZES = [4096, 0, 100, 4096, 64, 65_536, 200];
  const head = (n: number): Header[] => [...GET, ['x-a', `value-${n % 3}`], ['x-b', 'b'.repeat(40)]];

  it.each(['requests', 'responses'])('shrink and grow with HEADER_TABLE_SIZE: %s', (which) => {
    const here = client();
    const there = server();
    SIZES.forEach((size, i) => {
      const settings = frame(4, 0, 0, [0, 1, ...u32(size)]);
      // The reader of the blocks allows no more than it has announced.
      (which === 'requests' ? here : there).receive(settings, 0);
      const id = here.openStream(head(i), true);
      const asked = there.receive(concat(here.take()), 0);
      expect(asked.at(-1)).toMatchObject({ type: 'request', headers: head(i).slice(4) });
      there.sendHeaders(id, [[':status', '200'], ...head(i).slice(4)], true);
      const answered = here.receive(concat(there.take()), 0);
      expect(answered.at(-1)).toMatchObject({ type: 'response', headers: head(i).slice(4) });
    });
  });

  it('are emptied where one SETTINGS frame has the size shrink and grow', () => {
    const here = client();
    const there = server();
    const ask = () => {
      here.openStream(head(0), true);
      return there.receive(concat(here.take()), 0).at(-1);
    };
    expect(ask()).toMatchObject({ type: 'request' });
    here.receive(frame(4, 0, 0, [0, 1, ...u32(64), 0, 1, ...u32(0), 0, 1, ...u32(4096)]), 0);
    here.openStream(head(0), true);
    const written = concat(here.take());
    // Behind the acknowledgement and the frame header: 0, then 4096.
    expect([...written.subarray(18, 22)]).toEqual([0x20, 0x3f, 0xe1, 0x1f]);
    expect(there.receive(written, 0).at(-1)).toMatchObject({ type: 'request', headers: head(0).slice(4) });
  });

  it.each([0, 100, 8192])('are as large as our own SETTINGS say: %i', (headerTableSize) => {
    const there = new Http2Connection({ role: 'server', headerTableSize });
    const here = new Http2Connection({ role: 'client', headerTableSize });
    there.initiate();
    here.initiate();
    for (let i = 0; i < 6; i++) {
      if (i > 0) here.openStream(head(i), true);
      for (const event of there.receive(concat(here.take()), 0)) {
        expect(event.type).not.toBe('error');
        if (event.type === 'request')
          there.sendHeaders(event.streamId, [[':status', '200'], ...head(i).slice(4)], true);
      }
      const events = here.receive(concat(there.take()), 0);
      expect(types(events)).not.toContain('error');
      if (i > 0) expect(types(events)).toContain('response');
    }
  });
});

describe('what is ours alone', () => {
  it('ping() refuses the payloads of our own, and all but eight bytes', () => {
    const connection = client();
    for (const payload of [PING(1), PING(2), PING(9), [1], []])
      expect(() => connection.ping(Uint8Array.from(payload))).toThrow(RangeError);
    const opaque = Uint8Array.from(PING(0)).fill(9, 6);
    connection.ping(opaque);
    expect(connection.receive(frame(6, 1, 0, opaque), 0)).toEqual([{ type: 'pong', opaque }]);
  });

  it('an acknowledgement of a PING that was not sent does nothing', () => {
    const connection = server();
    connection.receive(request(1), 0);
    for (let now = 0; now < 500; now += 10) {
      expect(connection.receive(frame(6, 1, 0, PING(1)), now)).toEqual([]);
      expect(connection.receive(frame(6, 1, 0, PING(2)), now)).toEqual([]);
    }
    expect(connection.stats.streams[0]?.windowTarget).toBe(65_536);
    connection.take();
    connection.receive(data(1, 100), 501);
    expect(frames(connection)).toEqual(['PING 0']);
  });

  it('no PING goes out for DATA that ends its stream', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.receive(data(1, 100, 1), 0);
    expect(frames(connection)).toEqual([]);
  });
});

it('SETTINGS_NO_RFC7540_PRIORITIES stays what the first SETTINGS made it', () => {
  const nine = (value: number): Uint8Array => frame(4, 0, 0, [0, 9, ...u32(value)]);
  for (const [first, next, refused] of [
    [nine(1), nine(1), false],
    [nine(1), SETTINGS, false],
    [nine(1), nine(0), true],
    [SETTINGS, nine(1), true],
  ] as const) {
    const connection = new Http2Connection({ role: 'server' });
    for (const bytes of [PREFACE, first, next]) connection.receive(bytes, 0);
    expect(frames(connection).includes('GOAWAY 0 0 1')).toBe(refused);
  }
});

describe("the peer's limits", () => {
  const limited = frame(4, 0, 0, [0, 6, ...u32(200)]);
  const long: Header = ['x-long', 'x'.repeat(200)];

  it('a request over its MAX_HEADER_LIST_SIZE is its sender’s error, and costs nothing', () => {
    const connection = client({}, limited);
    expect(() => connection.openStream([...GET, long], true)).toThrow(TypeError);
    expect([frames(connection), connection.openStream(GET, true)]).toEqual([[], 1]);
  });

  it('so are a response and trailers over it', () => {
    const connection = server();
    connection.receive(limited, 0);
    connection.receive(request(1, 5), 0);
    connection.take();
    expect(() => connection.sendHeaders(1, [...OK, long], false)).toThrow(TypeError);
    expect(() => connection.sendInformational(1, [[':status', '103'], long])).toThrow(TypeError);
    connection.sendHeaders(1, OK, false);
    expect(() => connection.sendTrailers(1, [long])).toThrow(TypeError);
    connection.sendTrailers(1, [['a', 'b']]);
    expect(frames(connection)).toEqual(['HEADERS+4 1', 'HEADERS+5 1']);
  });

  it('its MAX_CONCURRENT_STREAMS is kept to', () => {
    const connection = client({}, frame(4, 0, 0, [0, 3, ...u32(1)]));
    connection.openStream(GET, true);
    expect(connection.canOpen).toBe(false);
    connection.receive(frame(1, 5, 1, block(OK)), 0);
    expect(connection.canOpen).toBe(true);
  });

  it('a request over ours is answered 431, and the connection goes on', () => {
    const connection = server({ maxHeaderBytes: 300 });
    expect(connection.receive(frame(1, 5, 1, block([...GET, long])), 0)).toEqual([]);
    expect(connection.receive(frame(1, 4, 3, block([...GET, long])), 0)).toEqual([]);
    expect(frames(connection)).toEqual(['HEADERS+5 1', 'HEADERS+5 3', 'RST 3 0']);
    expect(types(connection.receive(request(5), 0))).toEqual(['request']);
  });
});

describe('what we send', () => {
  it('ends the stream with its last frame only, and is charged to both windows', () => {
    const connection = server();
    connection.receive(request(1, 5), 0);
    connection.receive(request(3, 5), 0);
    for (const id of [1, 3]) connection.sendHeaders(id, OK, false);
    connection.take();
    expect(connection.sendData(1, new Uint8Array(40_000), true)).toBe(40_000);
    expect(frames(connection)).toEqual(['DATA 1', 'DATA 1', 'DATA+1 1']);
    expect(connection.sendData(3, new Uint8Array(40_000), true)).toBe(25_535);
    expect(frames(connection)).toEqual(['DATA 3', 'DATA 3']);
    expect(types(connection.receive(frame(8, 0, 3, u32(10)), 0))).toEqual([]);
    expect(types(connection.receive(frame(8, 0, 0, u32(10)), 0))).toEqual(['window']);
    expect(types(connection.receive(frame(8, 0, 0, u32(10)), 0))).toEqual([]);
    expect(connection.sendable(3)).toBe(20);
  });

  it('may go up to 2^31-1 bytes, and not past that', () => {
    const connection = server();
    expect(connection.receive(frame(8, 0, 0, u32(0x7fffffff - 65_535)), 0)).toEqual([]);
    expect(connection.receive(frame(8, 0, 0, u32(1)), 0)).toMatchObject([
      { type: 'error', error: { errorCode: 3 } },
    ]);
  });
});

describe('a connection whose stream identifiers are used up', () => {
  it('refuses what comes then, and goes on with what is open', () => {
    const open = jest.spyOn(ConnectionCore.prototype, 'open');
    const connection = client();
    connection.openStream(GET, true);
    const [core] = open.mock.contexts as ConnectionCore[];
    open.mockRestore();
    if (core) core.nextLocalId = 0x7fffffff;
    expect(connection.openStream(GET, true)).toBe(0x7fffffff);
    // It is not to be waited for.
    expect(connection.canOpen).toBe(true);
    expect(() => connection.openStream(GET, true)).toThrow(expect.objectContaining({ code: 'ERR_REFUSED' }));
    expect(types(connection.receive(frame(1, 5, 0x7fffffff, block(OK)), 0))).toEqual(['response']);
  });
});

describe('a large field section', () => {
  it.each([
    [1 << 20, 16_384, 'request'],
    [16_384, 1200, 'request'],
    [16_384, 500, 'error'],
  ])('of up to %i bytes in frames of %i is a %s', (maxHeaderBytes, size, type) => {
    const connection = server({ maxHeaderBytes });
    const whole = block([...GET, ['x-long', '!'.repeat(maxHeaderBytes - 1000)]]);
    const events: Http2Event[] = [];
    for (let at = 0; at < whole.byteLength; at += size) {
      const flags = at + size < whole.byteLength ? 0 : 4;
      const part = whole.subarray(at, at + size);
      events.push(...connection.receive(frame(at === 0 ? 1 : 9, flags, 1, part), 0));
    }
    expect(types(events)).toEqual([type]);
  });
});

describe('a tunnel', () => {
  const CONNECT: readonly Header[] = [
    [':method', 'CONNECT'],
    [':authority', 'a:1'],
  ];
  const trailers = frame(1, 5, 1, block([['a', 'b']]));
  const length: Header = ['content-length', '3'];

  it.each(['200', '204'])('has no length, whatever the heads say: %s', (status) => {
    const here = client();
    here.openStream(CONNECT, false);
    expect(here.receive(frame(1, 4, 1, block([[':status', status], length])), 0)).toMatchObject([
      { type: 'response', contentLength: undefined },
    ]);
    const there = server();
    expect(there.receive(frame(1, 4, 1, block([...CONNECT, length])), 0)).toMatchObject([
      { type: 'request', contentLength: undefined },
    ]);
    there.sendHeaders(1, OK, false);
    for (const side of [here, there]) {
      expect(types(side.receive(data(1, 5), 0))).toEqual(['data']);
      expect(types(side.receive(data(1, 1, 1), 0))).toEqual(['data']);
    }
  });

  it.each([
    ['200', 'reset'],
    ['407', 'trailers'],
  ])('answered with %s and then trailers: %s', (status, type) => {
    const here = client();
    here.openStream(CONNECT, false);
    here.receive(frame(1, 4, 1, block([[':status', status]])), 0);
    expect(types(here.receive(trailers, 0))).toEqual([type]);
    const there = server();
    there.receive(frame(1, 4, 1, block(CONNECT)), 0);
    there.sendHeaders(1, [[':status', status]], false);
    expect(types(there.receive(trailers, 0))).toEqual([type]);
  });
});

describe('a peer that gives credit for each piece that it reads', () => {
  it.each([
    [16_384, 512],
    [1 << 20, 512],
    [1 << 20, 32_768],
  ])('in frames of up to %i, reading %i at a time, is no flood', (maxFrameSize, piece) => {
    const connection = server();
    connection.receive(frame(4, 0, 0, [0, 5, ...u32(maxFrameSize)]), 0);
    connection.receive(request(1, 5), 0);
    connection.sendHeaders(1, OK, false);
    for (let sent = 0; sent < 5_000 * piece; ) {
      const size = connection.sendData(1, new Uint8Array(Math.min(65_535, 64 * piece)), false);
      connection.take();
      sent += size;
      for (let read = 0; read < size; read += piece) {
        const credit = u32(Math.min(piece, size - read));
        const events = connection.receive(concat([frame(8, 0, 0, credit), frame(8, 0, 1, credit)]), 0);
        expect(types(events)).not.toContain('error');
      }
    }
  });
});

describe('what is refused', () => {
  it('by us, for too many streams, is not for us to try again', () => {
    const connection = server({ maxConcurrentStreams: 1 });
    connection.receive(request(1), 0);
    expect(connection.receive(request(3), 0)).toMatchObject([
      { type: 'reset', streamId: 3, errorCode: 7, remote: false, retry: false },
    ]);
  });

  it('are informational responses past the limit', () => {
    const connection = client({ maxInformational: 2 });
    connection.openStream(GET, true);
    const early = frame(1, 4, 1, block([[':status', '103']]));
    expect(types(connection.receive(concat([early, early]), 0))).toEqual(['informational', 'informational']);
    expect(connection.receive(early, 0)).toMatchObject([{ type: 'reset', errorCode: 1 }]);
  });
});

describe('what a caller may not do', () => {
  it('is a TypeError, and sends nothing', () => {
    const connection = server();
    connection.receive(request(1, 5), 0);
    connection.take();
    expect(() => connection.sendData(1, new Uint8Array(1), false)).toThrow(TypeError);
    expect(() => connection.sendTrailers(1, [])).toThrow(TypeError);
    expect(() => connection.sendHeaders(1, [[':status', '103']], false)).toThrow(TypeError);
    expect(() => connection.sendHeaders(1, [], false)).toThrow(TypeError);
    expect(() => connection.sendInformational(1, OK)).toThrow(TypeError);
    expect(() => connection.sendHeaders(1, [...OK, ['connection', 'close']], false)).toThrow(TypeError);
    connection.sendHeaders(1, OK, false);
    expect(() => connection.sendHeaders(1, OK, false)).toThrow(TypeError);
    expect(() => connection.sendInformational(1, [[':status', '103']])).toThrow(TypeError);
    expect(() => connection.sendTrailers(1, [[':status', '200']])).toThrow(TypeError);
    expect(frames(connection)).toEqual(['HEADERS+4 1']);
    expect(() => new Http2Connection({ role: 'server', highWaterMark: 0 })).toThrow(RangeError);
    expect(() => connection.consumed(1, 1)).toThrow(RangeError);
  });
});

describe('what crosses the end of a stream', () => {
  const N = 600;
  const ids = Array.from({ length: N }, (_, i) => 2 * i + 1);
  const quiet = (connection: Http2Connection, bytes: (id: number) => Uint8Array): boolean =>
    ids.every((id) => connection.receive(bytes(id), 0).every(({ type }) => type !== 'error'));

  it.each<[string, (id: number) => Uint8Array]>([
    ['responses', (id) => concat([frame(1, 4, id, block(OK)), data(id, 0, 1)])],
    ['resets', (id) => frame(3, 0, id, u32(8))],
    [
      'a reset for each DATA frame',
      (id) => concat(Array.from({ length: 16 }, () => frame(3, 0, id, u32(5)))),
    ],
  ])('is no noise to a client that gives up many requests: %s', (_, bytes) => {
    const connection = client();
    for (const id of ids) {
      connection.openStream(GET, true);
      connection.reset(id, 8);
    }
    expect(quiet(connection, bytes)).toBe(true);
  });

  it.each<[string, (id: number) => Uint8Array]>([
    ['the end of a body', (id) => data(id, 0, 1)],
    ['trailers', (id) => frame(1, 5, id, block([['a', 'b']]))],
    ['a reset', (id) => frame(3, 0, id, u32(8))],
  ])('is no noise to a server that answers early: %s', (_, bytes) => {
    const connection = server();
    const answered = (id: number): boolean => {
      connection.receive(request(id), 0);
      connection.sendHeaders(id, OK, true);
      connection.stopReading(id);
      return connection.receive(bytes(id), 0).length === 0;
    };
    expect(ids.every(answered)).toBe(true);
    expect(quiet(connection, () => frame(3, 0, 2 * N - 1, u32(8)))).toBe(false);
  });
});

describe('a stream that we have reset', () => {
  it('takes what crosses it, but nothing behind a reset of the peer', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.reset(1, 0);
    expect(frames(connection)).toEqual(['RST 1 0']);
    expect(connection.receive(data(1, 5), 0)).toEqual([]);
    expect(connection.receive(frame(3, 0, 1, u32(8)), 0)).toEqual([]);
    expect(frames(connection)).toEqual([]);
    expect(connection.receive(data(1, 5), 0)).toMatchObject([{ type: 'reset', errorCode: 5 }]);
    expect(frames(connection)).toEqual(['RST 1 5']);
    expect(connection.stats.unread).toBe(0);
  });

  it('before it was opened, for a wrong PRIORITY, is not answered', () => {
    const connection = server();
    connection.receive(frame(2, 0, 3, [0, 0, 0, 3, 1]), 0);
    expect(connection.receive(request(3, 5), 0)).toEqual([]);
    expect(types(connection.receive(request(5, 5), 0))).toEqual(['request']);
    expect(frames(connection)).toEqual(['RST 3 1']);
    expect(connection.receive(request(1, 5), 0)).toMatchObject([{ type: 'error', error: { errorCode: 1 } }]);
  });

  it('is told of a WINDOW_UPDATE of 0', () => {
    const connection = server();
    connection.receive(request(1), 0);
    connection.reset(1, 0);
    connection.receive(frame(8, 0, 1, u32(0)), 0);
    expect(frames(connection)).toEqual(['RST 1 0', 'RST 1 1']);
  });
});

it('GOAWAY with an error is the last word', () => {
  const connection = server();
  connection.receive(request(1, 5), 0);
  connection.take();
  connection.sendHeaders(1, OK, true);
  connection.receive(frame(6, 0, 3, new Uint8Array(8)), 0);
  expect(frames(connection)).toEqual(['HEADERS+5 1', 'GOAWAY 0 1 1']);
  expect(connection.finished).toBe(true);
});

it('as a client refuses what follows the end of a response, while the request goes on', () => {
  const ok = block([[':status', '200']]);
  for (const late of [frame(0, 0, 1, [1]), frame(1, 4, 1, ok)]) {
    const client = new Http2Connection({ role: 'client' });
    client.initiate();
    client.receive(SETTINGS);
    client.openStream(GET, false);
    client.receive(frame(1, 5, 1, ok));
    expect(client.receive(late)).toEqual([
      expect.objectContaining({ type: 'reset', streamId: 1, errorCode: 5, remote: false }),
    ]);
  }
});

describe('PRIORITY_UPDATE (RFC 9218 section 7.1)', () => {
  const update = (id: number, value: string): Uint8Array =>
    frame(16, 0, 0, [...u32(id), ...new TextEncoder().encode(value)]);

  it('of an idle stream counts once it opens, the last of several, in place of the field', () => {
    const connection = server();
    expect(connection.receive(concat([update(1, 'u=0'), update(3, 'u=5'), update(3, 'u=6, i')]), 0)).toEqual(
      [],
    );
    const asks = block([...GET, ['priority', 'u=1']]);
    const opened = [3, 5].flatMap((id) => connection.receive(frame(1, 5, id, asks), 0));
    expect(opened).toMatchObject([
      { streamId: 3, priority: { urgency: 6, incremental: true } },
      { streamId: 5, priority: { urgency: 1 } },
    ]);
    // The stream that was passed over is closed, and one that is open hears at once.
    expect(connection.receive(concat([update(1, 'u=0'), update(5, 'u=7')]), 0)).toEqual([
      { type: 'priority', streamId: 5, urgency: 7, incremental: false },
    ]);
  });
});

it('a window that SETTINGS would raise past 2^31-1 ends the connection, and stays what it was', () => {
  const connection = client();
  const id = connection.openStream(POST, false);
  connection.receive(frame(8, 0, id, u32(1)), 0);
  const [, error] = connection.receive(frame(4, 0, 0, [0, 4, ...u32(0x7fffffff)]), 0);
  expect(error).toMatchObject({ type: 'error', error: { errorCode: 3, scope: 'connection' } });
  expect(connection.stats.streams[0]?.sendWindow).toBe(65_536);
});
