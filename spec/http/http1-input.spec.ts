import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { openConnection, serveConnection, type Transport } from '../../lib/http/mod.ts';

/** Gives what it is made with, where it `waits` after the first write; then nothing until it is lost. The reader owns what it gets. */
function transport(waits: boolean, ...given: Uint8Array[]): Transport & { lose(error: Error): void } {
  const lost = deferred<null>();
  const closed = deferred<void>();
  const written = deferred<void>();
  for (const { promise } of [lost, closed]) promise.catch(() => {});
  const next = (): Uint8Array | Promise<null> => given.shift() ?? lost.promise;
  return {
    read: () => (waits ? written.promise.then(next) : next()),
    write: () => written.resolve(),
    close: async () => {},
    abort: (reason) => lost.reject(reason),
    closed: closed.promise,
    lose: (error) => lost.reject(error),
  };
}

const head = (start: string): Uint8Array =>
  new TextEncoder().encode(`${start}\r\nhost: a\r\ncontent-length: 100000\r\n\r\n`);

describe('a chunk that was given away whole', () => {
  it('leaves nothing to be received: a response whose connection is lost then fails', async () => {
    const io = transport(true, head('HTTP/1.1 200 OK'), new Uint8Array(1000), new Uint8Array(1000));
    const connection = openConnection(io);
    const reader = (await connection.fetch('/')).body?.getReader();
    let bytes = 0;
    while (bytes < 2000) bytes += (await reader?.read())?.value?.byteLength ?? 0;
    expect(connection.stats.unread).toBe(0);
    const read = reader?.read();
    io.lose(new Error('reset'));
    await expect(read).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('is the same for a request', async () => {
    const io = transport(false, head('POST / HTTP/1.1'), new Uint8Array(1000));
    const read = deferred<unknown>();
    const connection = serveConnection(io, async ({ body }) => {
      const reader = body?.getReader();
      await reader?.read();
      const second = reader?.read();
      queueMicrotask(() => io.lose(new Error('reset')));
      second?.then(read.resolve, read.reject);
      await second;
      return new Response();
    });
    await expect(read.promise).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });
});
