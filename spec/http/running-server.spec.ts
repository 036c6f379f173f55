import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import type { ServerConnection } from '../../lib/http/connection.ts';
import { type ListenOptions, runningServer } from '../../lib/http/running-server.ts';

function listen(options: ListenOptions = {}, encrypted = false) {
  const calls: string[] = [];
  const made = runningServer(
    { port: 8080, encrypted, stop: () => void calls.push('stop'), drop: () => void calls.push('drop') },
    options,
  );
  return { ...made, calls };
}

function connection() {
  const closed = deferred<void>();
  const aborts: unknown[] = [];
  let closes = 0;
  const it = {
    closed: closed.promise,
    close() {
      closes++;
      return closed.promise;
    },
    abort(reason: unknown) {
      aborts.push(reason);
      closed.resolve();
    },
  } as unknown as ServerConnection;
  return { it, aborts, closed, closes: () => closes };
}

describe('runningServer', () => {
  it.each([
    [undefined, false, 'http://localhost:8080/'],
    ['0.0.0.0', false, 'http://localhost:8080/'],
    ['::', false, 'http://localhost:8080/'],
    ['127.0.0.1', true, 'https://127.0.0.1:8080/'],
    ['::1', false, 'http://[::1]:8080/'],
    ['a.example', true, 'https://a.example:8080/'],
  ])('its URL is one that this machine reaches: %s', (hostname, encrypted, url) => {
    const told: unknown[] = [];
    const { server } = listen({ hostname, onListen: (address) => told.push(address) }, encrypted);
    expect([server.url, server.port, told]).toEqual([url, 8080, [{ port: 8080, url }]]);
  });

  it('has the connections that are open', async () => {
    const { server, add } = listen();
    const [one, two] = [connection(), connection()];
    for (const { it } of [one, two]) add(it);
    expect(server.connections.size).toBe(2);
    one.closed.resolve();
    two.closed.reject(new Error('lost'));
    await Promise.allSettled([one.it.closed, two.it.closed]);
    await undefined;
    expect(server.connections.size).toBe(0);
  });

  it('close stops, finishes what is open, and only then is done', async () => {
    const { server, add, calls } = listen();
    const open = connection();
    add(open.it);
    let done = false;
    const closing = server.close().then(() => {
      done = true;
    });
    const again = server.close();
    expect([calls, open.closes()]).toEqual([['stop'], 2]);
    await undefined;
    expect(done).toBe(false);
    open.closed.resolve();
    await Promise.all([closing, again]);
    expect([calls.filter((call) => call === 'stop'), open.aborts]).toEqual([['stop'], []]);
  });

  it('a connection that comes while it closes is aborted', async () => {
    const { server, add } = listen();
    const closing = server.close();
    const late = connection();
    add(late.it);
    expect(late.aborts).toHaveLength(1);
    await closing;
  });

  it('abort ends everything at once, with its reason', () => {
    const { server, add, calls } = listen();
    const open = connection();
    add(open.it);
    const reason = new Error('enough');
    server.abort(reason);
    expect([open.aborts, calls]).toEqual([[reason], ['stop', 'drop']]);
    server.abort();
  });

  it('a signal aborts it; one that has aborted keeps it from listening', () => {
    const controller = new AbortController();
    const { add } = listen({ signal: controller.signal });
    const open = connection();
    add(open.it);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(open.aborts).toEqual([reason]);
    let told = 0;
    const late = () => listen({ signal: controller.signal, onListen: () => told++ });
    expect(late).toThrow(reason);
    expect(told).toBe(0);
  });

  it('what onListen throws stops it', () => {
    const calls: string[] = [];
    const failure = new Error('no');
    const start = () =>
      runningServer(
        { port: 1, encrypted: false, stop: () => void calls.push('stop') },
        {
          onListen() {
            throw failure;
          },
        },
      );
    expect(start).toThrow(failure);
    expect(calls).toEqual(['stop']);
  });

  it('leaves no listener at the signal of one that was closed', async () => {
    const controller = new AbortController();
    const { server, add } = listen({ signal: controller.signal });
    await server.close();
    controller.abort('late');
    const late = connection();
    add(late.it);
    expect(late.aborts).toEqual([undefined]);
  });
});
