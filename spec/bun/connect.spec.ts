import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { BunSocketHandlers } from '../../adapters/bun/bun-api.ts';
import { type BunConnectOptions, connect } from '../../adapters/bun/connect.ts';
import { fakeBun } from './fake-bun.ts';
import { FakeBunSocket } from './fake-bun-socket.ts';

const { asked, state } = fakeBun();

function open(url: string, options?: BunConnectOptions) {
  const connection = connect(url, options);
  connection.catch(() => {});
  const { socket, ...rest } = asked.pop() ?? {};
  const handlers: BunSocketHandlers = socket ?? {};
  return { connection, handlers, options: rest, socket: new FakeBunSocket() };
}

describe('connect, from Bun', () => {
  it('over TCP is there when it is open, paused and without delay', async () => {
    const { connection, handlers, options, socket } = open('http://a.test:81');
    expect(options).toEqual({ hostname: 'a.test', port: 81, allowHalfOpen: true });
    handlers.open?.(socket);
    expect(socket.paused).toBe(true);
    const { protocol } = await connection;
    expect([await protocol, socket.heard]).toEqual(['http/1.1', ['noDelay true']]);
    (await connection).abort();
  });

  it('over TLS is there after the handshake, with what was agreed on', async () => {
    const { connection, handlers, options, socket } = open('https://a.test', { tls: { ca: 'x' } });
    expect(options).toMatchObject({ port: 443, tls: { serverName: 'a.test', ca: 'x' } });
    socket.alpnProtocol = 'h2';
    handlers.open?.(socket);
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.heard).toEqual([]);
    handlers.handshake?.(socket, true, null);
    expect(await (await connection).protocol).toBe('h2');
    (await connection).abort();
  });

  it.each([
    [false, null, undefined, 'ERR_CONNECTION_LOST'],
    [true, new Error('self signed'), undefined, 'self signed'],
    [true, new Error('self signed'), false, undefined],
    [false, new Error('no'), false, 'no'],
  ])(
    'a handshake that tells %s and %s, with rejectUnauthorized %s: %s',
    async (success, error, strict, expected) => {
      const { connection, handlers, socket } = open('https://a.test', {
        ...(strict !== undefined && { tls: { rejectUnauthorized: strict } }),
      });
      handlers.handshake?.(socket, success, error);
      const outcome = await connection.catch((e) => e);
      if (expected === undefined) outcome.abort();
      else {
        expect(outcome.code ?? outcome.message).toBe(expected);
        expect(socket.heard).toEqual(['terminate']);
      }
    },
  );

  it('fails with what connecting fails with, and with what can not be before it connects', async () => {
    for (const name of ['error', 'connectError', 'close'] as const) {
      const { connection, handlers, socket } = open('http://a.test');
      const failure = new Error(name);
      handlers[name]?.(socket, failure);
      await expect(connection).rejects.toBe(failure);
    }
    state.refuses = () => true;
    await expect(connect('http://a.test')).rejects.toThrow('refused');
    state.refuses = () => false;
    asked.splice(0);
    await expect(connect('http://a.test', { drainLimit: -1 })).rejects.toThrow(RangeError);
    await expect(connect('ftp://a.test')).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  });

  it('a signal ends the wait, and what comes late', async () => {
    const left = new AbortController();
    const { connection, handlers, socket } = open('http://a.test', { signal: left.signal });
    left.abort('enough');
    await expect(connection).rejects.toBe('enough');
    handlers.open?.(socket);
    await new Promise((resolve) => setImmediate(resolve));
    expect([socket.heard, getEventListeners(left.signal, 'abort')]).toEqual([['terminate'], []]);
    await expect(connect('http://a.test', { signal: left.signal })).rejects.toBe('enough');
    expect(asked).toEqual([]);
  });
});
