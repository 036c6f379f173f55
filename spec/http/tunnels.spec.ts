import { createServer } from 'node:http';
import { createServer as createServer2, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '../../adapters/node/connect.ts';
import { respond, type ServeOptions, type Tunnel } from '../../lib/http/mod.ts';
import { pipe } from '../../lib/mod.ts';
import { text as textOf } from '../../lib/operators/text.ts';
import { ends } from '../helpers/h2-ends.ts';

const { both, opened } = ends();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const echo: ServeOptions['onConnect'] = (request, info) => ({
  headers: { 'x-asked': `${request.method} ${request.url} ${info.connectProtocol ?? ''}`.trim() },
  start: ({ readable, writable }) => readable.pipeTo(writable),
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function tunnelled(given: Tunnel | Response): Tunnel {
  if (!('duplex' in given) || typeof given.duplex === 'string') throw new Error(`refused: ${given.status}`);
  return given;
}

/** Says it, ends, and reads all that comes back. */
async function say(given: Tunnel | Response, words: string[]): Promise<string> {
  const { readable, writable } = tunnelled(given).duplex;
  const writer = writable.getWriter();
  const written = (async () => {
    for (const word of words) await writer.write(new TextEncoder().encode(word));
    await writer.close();
  })();
  let all = '';
  const reader = pipe(readable, textOf()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    all += value;
  }
  await written;
  return all;
}

describe.each(['http/1.1', 'h2'] as const)('tunnel() over %s', (protocol) => {
  const options: ServeOptions = { onConnect: echo, onUpgrade: echo };

  it('upgrades to a protocol', async () => {
    const { client } = both(() => respond('no'), options, { protocol });
    const tunnel = tunnelled(await client.tunnel('/chat', { protocol: 'echo', headers: { 'x-a': '1' } }));
    expect(tunnel.status).toBe(protocol === 'h2' ? 200 : 101);
    const asked = protocol === 'h2' ? 'CONNECT http://localhost/chat echo' : 'GET http://localhost/chat';
    expect(tunnel.headers.get('x-asked')).toBe(asked);
    expect(await say(tunnel, ['a', 'bc', 'd'.repeat(100_000)])).toBe(`abc${'d'.repeat(100_000)}`);
    await client.close();
  });

  it('connects to a host and port', async () => {
    const { client } = both(() => respond('no'), options, { protocol });
    const tunnel = tunnelled(await client.tunnel('a.test:443'));
    expect([tunnel.status, tunnel.headers.get('x-asked')]).toEqual([200, 'CONNECT http://a.test:443/']);
    expect(await say(tunnel, ['x'])).toBe('x');
  });

  it('gives the response of a server that refuses', async () => {
    const refuse = (): Response => respond('go away', { status: 403 });
    const { client } = both(() => respond('plain'), { onConnect: refuse, onUpgrade: refuse }, { protocol });
    for (const target of ['/chat', 'a.test:443']) {
      const given = await client.tunnel(target, target === '/chat' ? { protocol: 'echo' } : {});
      if ('duplex' in given && typeof given.duplex === 'object') throw new Error('not refused');
      expect([given.status, await (given as Response).text()]).toEqual([403, 'go away']);
    }
    await client.close();
  });

  it('is 501 where there are none', async () => {
    const { client } = both(() => respond('plain'), {}, { protocol });
    expect((await client.tunnel('a.test:443')).status).toBe(501);
  });

  it('ends with the signal, on both sides', async () => {
    let lost: unknown;
    const { client } = both(
      () => respond('no'),
      {
        onConnect: () => async (duplex) => {
          lost = await duplex.readable
            .getReader()
            .read()
            .catch((error) => error.code);
        },
      },
      { protocol },
    );
    const controller = new AbortController();
    const { duplex } = tunnelled(await client.tunnel('a.test:443', { signal: controller.signal }));
    const read = duplex.readable.getReader().read();
    controller.abort('enough');
    await expect(read).rejects.toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 50 && lost === undefined; turn++) await new Promise((r) => setImmediate(r));
    expect(['ERR_CONNECTION_LOST', 'ERR_STREAM_RESET']).toContain(lost);
  });

  it('who has nothing to write hears that the other end has left', async () => {
    let tell = (_code: string): void => {};
    const seen = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const { client, server } = both(
      () => respond('no'),
      { onConnect: () => (duplex) => duplex.writable.getWriter().closed.catch((error) => tell(error.code)) },
      { protocol },
    );
    await client.tunnel('a.test:443');
    client.abort();
    expect(await seen).toBe('ERR_CONNECTION_LOST');
    await server.closed.catch(() => {});
  });

  it('says at once what can be no tunnel', async () => {
    const { client } = both(() => respond('no'), {}, { protocol });
    await expect(client.tunnel('/no-port')).rejects.toThrow(
      'Cannot open a tunnel as its target must be a host and port',
    );
  });
});

it("the connection of HTTP/1.1 is the tunnel's: what waits behind it is refused, and what comes after it", async () => {
  const options = { onConnect: () => () => {}, onUpgrade: () => respond('no', { status: 403 }) };
  const { client } = both(() => respond('plain'), options, { protocol: 'http/1.1' });
  const refused = client.tunnel('/no', { protocol: 'echo' });
  const served = client.fetch('/');
  expect(await ((await refused) as Response).text()).toBe('no');
  expect(await (await served).text()).toBe('plain');
  const opening = client.tunnel('yes.test:443');
  await expect(client.fetch('/')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
  const { duplex } = tunnelled(await opening);
  await expect(client.fetch('/')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
  await duplex.writable.abort();
  await client.closed;
});

describe('tunnel() to node', () => {
  it('upgrades and connects over node:http', async () => {
    const server = createServer();
    const take = (status: string) => (_request: unknown, socket: import('node:stream').Duplex) => {
      socket.write(`HTTP/1.1 ${status}\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n`);
      socket.pipe(socket);
    };
    server.on('upgrade', take('101 Switching Protocols')).on('connect', take('200 OK'));
    const url = await listen(server);
    for (const [target, protocol] of [
      ['/chat', 'echo'],
      ['a.test:443', undefined],
    ] as const) {
      const client = await connect(url);
      expect(await say(await client.tunnel(target, { protocol }), ['one ', 'two'])).toBe('one two');
      await client.close();
    }
  });

  it('opens an extended CONNECT and a plain one over node:http2, beside requests', async () => {
    const server = createServer2({ settings: { enableConnectProtocol: true } });
    const asked: unknown[] = [];
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      asked.push(headers[':method'], headers[':protocol'], headers[':path']);
      stream.respond({ ':status': 200 });
      if (headers[':method'] === 'CONNECT') stream.pipe(stream);
      else stream.end('plain');
    });
    const url = await listen(server as unknown as Server);
    const client = await connect(url, { protocol: 'h2' });
    const [chat, plain, response] = await Promise.all([
      client.tunnel('/chat', { protocol: 'websocket' }),
      client.tunnel('a.test:443'),
      client.fetch('/x'),
    ]);
    expect(await response.text()).toBe('plain');
    expect(await say(chat, ['one ', 'two'])).toBe('one two');
    expect(await say(plain, ['three'])).toBe('three');
    expect(asked).toEqual(expect.arrayContaining(['CONNECT', 'websocket', '/chat', undefined, 'GET', '/x']));
    await client.close();
  });

  it('waits for an HTTP/2 server to offer extended CONNECT, and says when it does not', async () => {
    const { connection } = opened();
    await expect(connection.tunnel('/chat', { protocol: 'websocket' })).rejects.toBeInstanceOf(TypeError);
  });
});
