import { describe, expect, it } from '@jest/globals';
import { type DenoServeOptions, serve } from '../../adapters/deno/serve.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { respond } from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { FakeConn } from './fake-conn.ts';
import { fakeDeno } from './fake-deno.ts';

const { asked, state } = fakeDeno();
const tls = { key: 'k', cert: 'c' };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function make(options: DenoServeOptions = {}) {
  const native: unknown[] = [];
  const server = await serve((_, info) => {
    native.push(info.native);
    return respond('abc');
  }, options);
  const accept = async <C extends FakeConn>(conn: C): Promise<C> => {
    state.accepting.resolve(conn);
    await turn();
    return conn;
  };
  return { accept, native, options: asked.pop(), server };
}

describe('serve, from Deno', () => {
  it('serves each connection that it accepts', async () => {
    const { accept, native, options, server } = await make({ port: 1 });
    expect(options).toEqual({ how: 'tcp', hostname: '::', port: 1 });
    expect([server.port, server.url]).toEqual([4321, 'http://localhost:4321/']);
    const conn = await accept(new FakeConn());
    conn.give('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await turn();
    expect(Buffer.from(conn.written).toString()).toMatch(/^HTTP\/1.1 200 /);
    expect([conn.heard, native, server.connections.size]).toEqual([['noDelay true'], [{ conn }], 1]);
    server.abort();
    expect(conn.closed).toBe(1);
  });

  it('over TLS serves what has shaken hands, and closes what fails or takes too long; the others go on', async () => {
    const clock = virtualClock();
    const { accept, options, server } = await make({ tls, clock, headersTimeout: 100 });
    expect(options).toMatchObject({ how: 'tls', ...tls, alpnProtocols: ['h2', 'http/1.1', 'http/1.0'] });
    const shaking = (alpn: Promise<string | null>) =>
      Object.assign(new FakeConn(), { handshake: async () => ({ alpnProtocol: await alpn }) });
    const late = deferred<string | null>();
    const slow = await accept(shaking(late.promise));
    const failed = await accept(shaking(Promise.reject(new Error('no'))));
    await accept(shaking(Promise.resolve('h2')));
    expect([server.connections.size, failed.closed, slow.closed]).toEqual([1, 1, 0]);
    const [connection] = server.connections;
    expect(await connection?.protocol).toBe('h2');
    await clock.advance(99);
    expect(slow.closed).toBe(0);
    await clock.advance(1);
    expect(slow.closed).toBe(1);
    late.reject(new Error('Bad resource ID'));
    await turn();
    server.abort();
  });

  it('that stops takes none any more, and drops those that still shake hands', async () => {
    const before = state.closed;
    const { accept, server } = await make({ tls, clock: virtualClock() });
    const conn = await accept(
      Object.assign(new FakeConn(), { handshake: () => new Promise<never>(() => {}) }),
    );
    server.abort();
    expect([state.closed, conn.closed]).toEqual([before + 1, 1]);
  });

  it('listens on both families, or on that which there is', async () => {
    state.refuses = (hostname) => hostname === '::';
    expect((await make()).options).toMatchObject({ hostname: '0.0.0.0' });
    await expect(make({ hostname: '::' })).rejects.toThrow('in use');
    state.refuses = () => false;
    state.os = 'windows';
    expect((await make()).options).toMatchObject({ hostname: '0.0.0.0' });
    state.os = 'linux';
    asked.splice(0);
    await expect(make({ drainLimit: -1 })).rejects.toThrow(RangeError);
    expect(asked).toEqual([]);
  });
});
