import { describe, expect, it } from '@jest/globals';
import { openConnection, respond, serveConnection } from '../../lib/http/mod.ts';
import { channel } from '../../lib/mod.ts';
import { duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { ends, protocols } from './both-protocols.ts';
import { turns } from './raw-peer.ts';

describe.each(protocols)('a connection over %s', (protocol) => {
  it.each(['close', 'abort'] as const)(
    'whose client says %s between two requests is over, for the server cleanly',
    async (how) => {
      const { client, server } = ends(protocol, () => respond('fine'));
      for (let i = 0; i < 2; i++) expect(await (await client.fetch('/')).text()).toBe('fine');
      await turns();
      client[how]();
      const closed = server.closed.then(() => 'cleanly');
      if (protocol === 'http/1.1' || how === 'close') expect(await closed).toBe('cleanly');
      else await expect(closed).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    },
  );

  it('counts as unread what nobody took, wherever it is', async () => {
    let answer = (_: Response): void => {};
    let upload: Request | undefined;
    const { client, server } = ends(protocol, (request) => {
      upload = request;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const fetched = client.fetch('/', { method: 'POST', body: 'x'.repeat(1000) });
    await turns();
    expect(server.stats.unread).toBe(1000);
    expect((await upload?.arrayBuffer())?.byteLength).toBe(1000);
    expect(server.stats.unread).toBe(0);
    const { sender, body } = channel({ highWaterMark: 1500 });
    sender.trySend('y'.repeat(1500));
    answer(respond(body));
    const response = await fetched;
    await turns();
    // HTTP/1.1 may leave it to the transport.
    const before = client.stats.unread;
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.byteLength).toBe(1500);
    expect([0, 1500]).toContain(before);
    expect(client.stats.unread).toBe(0);
    sender.close();
    expect(await reader?.read()).toMatchObject({ done: true });
    await client.close();
  });

  it('that is idle closes in bounded time, at either end, also where the other takes nothing', async () => {
    for (const side of ['server', 'client']) {
      const clock = virtualClock();
      const [there, here] = duplexPair();
      const options = { protocol, clock, drainTimeout: 500 };
      const connection =
        side === 'server' ? serveConnection(there, () => respond(), options) : openConnection(here, options);
      await turns();
      const closed = connection.close().then(() => true);
      await clock.advance(1000);
      expect(await closed).toBe(true);
      await connection.closed;
      expect([side, clock.pending]).toEqual([side, 0]);
    }
  });

  it.each(['close', 'abort'] as const)('that is over gives its streams back: %s', async (how) => {
    const [there, here] = duplexPair();
    const server = serveConnection(there, () => respond('fine'), { protocol });
    const client = openConnection(here, { protocol });
    await (await client.fetch('/')).text();
    client[how]();
    for (const { closed } of [client, server]) await closed.catch(() => {});
    await turns();
    for (const { readable, writable } of [there, here])
      expect([readable.locked, writable.locked]).toEqual([false, false]);
  });
});
