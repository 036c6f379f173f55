import { describe, expect, it } from '@jest/globals';
import { Http1Connection } from '../../lib/http1/connection.ts';
import { toBytes } from './outcome.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const types = (events: { type: string }[]) => events.map(({ type }) => type);

describe('Http1Connection, server', () => {
  it('stops at the end of a message until next()', () => {
    const connection = new Http1Connection({ role: 'server' });
    const input = toBytes(`${GET}${GET}`);
    expect(types(connection.receive(input))).toEqual(['request', 'end']);
    expect(connection).toMatchObject({ consumed: GET.length, state: 'done', reusable: true });
    expect(connection.receive(input, GET.length)).toEqual([]);
    expect(connection.consumed).toBe(GET.length);
    connection.next();
    expect(connection).toMatchObject({ state: 'head', untouched: true, reusable: false });
    expect(types(connection.receive(input, GET.length))).toEqual(['request', 'end']);
    expect(connection.consumed).toBe(input.length);
  });

  it('gives one data event a call, with an offset for each run', () => {
    const connection = new Http1Connection({ role: 'server' });
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const events = connection.receive(toBytes(`${head}${'1\r\na\r\n'.repeat(1000)}0\r\n\r\n`));
    expect(types(events)).toEqual(['request', 'data', 'end']);
    const data = events[1];
    expect(data?.type === 'data' && data.offsets.length).toBe(2000);
    expect(data?.type === 'data' && data.offsets.slice(0, 4)).toEqual([
      head.length + 3,
      head.length + 4,
      head.length + 9,
      head.length + 10,
    ]);
  });

  it('counts the offset of a fault from the head, and says nothing after it', () => {
    const connection = new Http1Connection({ role: 'server' });
    connection.receive(toBytes('GET / HT'));
    expect(connection.untouched).toBe(false);
    const [event] = connection.receive(toBytes('__\0P/1.1'), 2);
    expect(event).toMatchObject({
      type: 'error',
      error: { offset: 8, statusHint: 400, scope: 'connection' },
    });
    expect(connection).toMatchObject({ consumed: 8, state: 'error', reusable: false });
    expect(connection.receive(toBytes(GET))).toEqual([]);
    expect(connection.consumed).toBe(GET.length);
    expect(connection.receive(null)).toEqual([]);
    expect(() => connection.next()).toThrow(TypeError);
  });

  it('gives the offset of a fault in what a head means: its end', () => {
    const text = '\r\nGET / HTTP/1.1\r\n\r\n';
    const [event] = new Http1Connection({ role: 'server' }).receive(toBytes(text));
    expect(event).toMatchObject({ error: { offset: text.length, statusHint: 400 } });
  });

  it('does not begin in the middle of a message, nor after the last one', () => {
    const connection = new Http1Connection({ role: 'server' });
    expect(() => connection.next()).toThrow(TypeError);
    connection.receive(toBytes('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'));
    expect(connection).toMatchObject({ state: 'done', reusable: false });
    expect(() => connection.next()).toThrow("received 'done'");
  });

  it('closes once', () => {
    const connection = new Http1Connection({ role: 'server' });
    connection.receive(toBytes('\r\n'));
    expect(connection.untouched).toBe(true);
    expect(types(connection.receive(null))).toEqual(['close']);
    expect(connection.receive(null)).toEqual([]);
    expect(connection.receive(toBytes(GET))).toEqual([]);
    expect(connection).toMatchObject({ state: 'closed', reusable: false, consumed: GET.length });
  });

  it('leaves a message that it has read when the peer ends', () => {
    const connection = new Http1Connection({ role: 'server' });
    connection.receive(toBytes(GET));
    expect(types(connection.receive(null))).toEqual(['close']);
    expect(connection.reusable).toBe(false);
  });
});

describe('Http1Connection, client', () => {
  it('reads one response a request', () => {
    const connection = new Http1Connection({ role: 'client' });
    expect(connection).toMatchObject({ state: 'idle', reusable: true, role: 'client' });
    for (let i = 0; i < 3; i++) {
      connection.next({ method: 'GET' });
      expect(types(connection.receive(toBytes(OK)))).toEqual(['response', 'data', 'end']);
      expect(connection.reusable).toBe(true);
    }
    expect(connection.receive(null)).toEqual([{ type: 'close' }]);
  });

  it('must know the request', () => {
    expect(() => new Http1Connection({ role: 'client' }).next()).toThrow(TypeError);
  });

  it('refuses bytes that no request asked for', () => {
    const connection = new Http1Connection({ role: 'client' });
    expect(types(connection.receive(toBytes(OK)))).toEqual(['error']);
    expect(connection.state).toBe('error');
  });

  it('is not used again after a stray byte, now or later', () => {
    for (const pieces of [[`${OK}x`], [OK, 'x']]) {
      const connection = new Http1Connection({ role: 'client' });
      connection.next({ method: 'GET' });
      for (const piece of pieces) connection.receive(toBytes(piece));
      expect(connection).toMatchObject({ state: 'done', reusable: false });
      expect(() => connection.next({ method: 'GET' })).toThrow(TypeError);
    }
  });

  it('closes while idle', () => {
    const connection = new Http1Connection({ role: 'client' });
    expect(types(connection.receive(null))).toEqual(['close']);
    expect(() => connection.next({ method: 'GET' })).toThrow(TypeError);
  });

  it('knows whether any byte of a response came', () => {
    const connection = new Http1Connection({ role: 'client' });
    connection.next({ method: 'GET' });
    expect(connection.untouched).toBe(true);
    const [event] = connection.receive(null);
    expect(event?.type === 'error' && event.error).toMatchObject({ code: 'ERR_PROTOCOL' });
    expect(event?.type === 'error' && event.error.statusHint).toBeUndefined();
    expect(connection.untouched).toBe(true);
    const other = new Http1Connection({ role: 'client' });
    other.next({ method: 'GET' });
    other.receive(toBytes('HTTP/1.1 100 Continue\r\n\r\n'));
    expect(other.untouched).toBe(false);
  });

  it('counts interim responses anew for each response', () => {
    const connection = new Http1Connection({ role: 'client', maxInformational: 1 });
    for (let i = 0; i < 2; i++) {
      connection.next({ method: 'GET' });
      expect(types(connection.receive(toBytes(`HTTP/1.1 103 A\r\n\r\n${OK}`)))).toEqual([
        'informational',
        'response',
        'data',
        'end',
      ]);
    }
  });

  it('hands over after a 101, and again says nothing', () => {
    const connection = new Http1Connection({ role: 'client' });
    connection.next({ method: 'GET', upgrade: true });
    const head = 'HTTP/1.1 101 A\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n';
    expect(types(connection.receive(toBytes(`${head}abc`)))).toEqual(['response', 'end']);
    expect(connection).toMatchObject({ state: 'switched', consumed: head.length, reusable: false });
    expect(connection.receive(toBytes('abc'))).toEqual([]);
    expect(connection.consumed).toBe(0);
    expect(connection.receive(null)).toEqual([]);
  });

  it('is not used again after a close-delimited body', () => {
    const connection = new Http1Connection({ role: 'client' });
    connection.next({ method: 'GET' });
    connection.receive(toBytes('HTTP/1.1 200 OK\r\n\r\nabc'));
    expect(types(connection.receive(null))).toEqual(['end']);
    expect(connection).toMatchObject({ state: 'done', reusable: false });
  });
});
