import { describe, expect, it } from '@jest/globals';
import type { BunSocketHandlers } from '../../adapters/bun/bun-api.ts';
import { type BunServeOptions, serve } from '../../adapters/bun/serve.ts';
import { respond } from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { fakeBun } from './fake-bun.ts';
import { FakeBunSocket } from './fake-bun-socket.ts';

const { asked, state } = fakeBun();
const tls = { key: 'k', cert: 'c' };

async function make(options: BunServeOptions = {}) {
  const native: unknown[] = [];
  const server = await serve((_, info) => {
    native.push(info.native);
    return respond('abc');
  }, options);
  const { socket: given, ...rest } = asked.pop() ?? {};
  const handlers: BunSocketHandlers = given ?? {};
  const accept = (): FakeBunSocket => {
    const socket = Object.assign(new FakeBunSocket(), { listener: {} });
    handlers.open?.(socket);
    return socket;
  };
  return { accept, handlers, native, options: rest, server };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('serve, from Bun', () => {
  it('serves each socket from when it is open', async () => {
    const { accept, handlers, native, options, server } = await make({ port: 1 });
    expect(options).toEqual({ hostname: '::', port: 1, allowHalfOpen: true });
    expect([server.port, server.url, server.connections.size]).toEqual([4321, 'http://localhost:4321/', 0]);
    const socket = accept();
    expect([socket.heard, server.connections.size]).toEqual([['noDelay true'], 1]);
    handlers.data?.(socket, new TextEncoder().encode('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    await turn();
    expect(Buffer.from(socket.written).toString()).toMatch(/^HTTP\/1.1 200 /);
    expect(native).toEqual([{ socket }]);
    server.abort();
    expect(socket.heard).toContain('terminate');
  });

  it('over TLS serves what has shaken hands, and drops what fails or takes too long', async () => {
    const clock = virtualClock();
    const { accept, handlers, options, server } = await make({ tls, clock, headersTimeout: 100 });
    expect(options).toMatchObject({ tls });
    const [fine, failed, slow, gone] = [accept(), accept(), accept(), accept()];
    expect(server.connections.size).toBe(0);
    fine.alpnProtocol = 'h2';
    handlers.handshake?.(fine, true, null);
    handlers.handshake?.(failed, false, new Error('no'));
    handlers.close?.(gone);
    expect([server.connections.size, failed.heard, slow.heard]).toEqual([1, ['terminate'], []]);
    await clock.advance(100);
    expect([slow.heard, gone.heard]).toEqual([['terminate'], []]);
    server.abort();
  });

  it('that stops takes none any more, and drops those that still shake hands', async () => {
    const before = state.stopped;
    const { accept, server } = await make({ tls, clock: virtualClock() });
    const socket = accept();
    server.abort();
    expect([state.stopped, socket.heard]).toEqual([before + 1, ['terminate']]);
  });

  it('listens on both families, or on that which there is', async () => {
    state.refuses = (hostname) => hostname === '::';
    expect((await make()).options).toMatchObject({ hostname: '0.0.0.0' });
    await expect(make({ hostname: '::' })).rejects.toThrow('in use');
    state.refuses = () => false;
    asked.splice(0);
    await expect(make({ drainLimit: -1 })).rejects.toThrow(RangeError);
    expect(asked).toEqual([]);
  });
});
