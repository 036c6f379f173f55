import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { connect, type DenoConnectOptions } from '../../adapters/deno/connect.ts';
import { FakeConn } from './fake-conn.ts';
import { fakeDeno } from './fake-deno.ts';

const { asked, state } = fakeDeno();

function open(url: string, options?: DenoConnectOptions) {
  const connection = connect(url, options);
  connection.catch(() => {});
  return { connection, options: asked.pop(), conn: new FakeConn(), opening: state.opening };
}

/** What a connection becomes over TLS, which is another object. */
const shaking = (alpnProtocol: string | null | Error) => (plain: FakeConn) => {
  expect(plain.heard).toEqual(['noDelay true']);
  return Object.assign(new FakeConn(), {
    handshake: async () => {
      if (alpnProtocol instanceof Error) throw alpnProtocol;
      return { alpnProtocol };
    },
  });
};

describe('connect, from Deno', () => {
  it('over TCP is there when it is open, without delay', async () => {
    const { connection, conn, opening, options } = open('http://[::1]:81');
    expect(options).toEqual({ hostname: '::1', port: 81 });
    opening.resolve(conn);
    const { protocol } = await connection;
    expect([await protocol, conn.heard]).toEqual(['http/1.1', ['noDelay true']]);
    (await connection).abort();
    expect(conn.closed).toBe(1);
  });

  it('over TLS is there after the handshake, with what was agreed on', async () => {
    for (const [agreed, caCerts] of [
      ['h2', ['x']],
      [null, undefined],
    ] as const) {
      const { connection, conn, opening, options } = open(
        'https://a.test',
        caCerts && { caCerts: [...caCerts] },
      );
      expect(options).toEqual({ hostname: 'a.test', port: 443 });
      state.shakes = shaking(agreed);
      opening.resolve(conn);
      expect(await (await connection).protocol).toBe(agreed ?? 'http/1.1');
      const alpnProtocols = ['h2', 'http/1.1'];
      expect(asked.pop()).toEqual({ hostname: 'a.test', alpnProtocols, ...(caCerts && { caCerts }) });
      (await connection).abort();
    }
  });

  it('a handshake that fails releases the connection', async () => {
    const { connection, conn, opening } = open('https://a.test');
    const made = shaking(new Error('unknown issuer'));
    let tls: FakeConn | undefined;
    state.shakes = (plain) => (tls = made(plain));
    opening.resolve(conn);
    await expect(connection).rejects.toThrow('unknown issuer');
    expect(tls?.closed).toBe(1);
    asked.splice(0);
  });

  it('fails with what connecting fails with, and with what can not be before it connects', async () => {
    const { connection, opening } = open('http://a.test');
    opening.reject(new Error('refused'));
    await expect(connection).rejects.toThrow('refused');
    await expect(connect('http://a.test', { drainLimit: -1 })).rejects.toThrow(RangeError);
    await expect(connect('ftp://a.test')).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  });

  it('a signal ends the wait, and what comes late', async () => {
    const left = new AbortController();
    const { connection, conn, opening } = open('http://a.test', { signal: left.signal });
    left.abort('enough');
    await expect(connection).rejects.toBe('enough');
    opening.resolve(conn);
    await new Promise((resolve) => setImmediate(resolve));
    expect([conn.closed, getEventListeners(left.signal, 'abort')]).toEqual([1, []]);
    await expect(connect('http://a.test', { signal: left.signal })).rejects.toBe('enough');
    expect(asked).toEqual([]);
  });
});
