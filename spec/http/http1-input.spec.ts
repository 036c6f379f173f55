import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { openConnection, serveConnection } from '../../lib/http/mod.ts';
import { givingTransport, sizedHead } from './giving-transport.ts';

describe('a chunk that was given away whole', () => {
  it('leaves nothing to be received: a response whose connection is lost then fails', async () => {
    const io = givingTransport(
      true,
      sizedHead('HTTP/1.1 200 OK'),
      new Uint8Array(1000),
      new Uint8Array(1000),
    );
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
    const io = givingTransport(false, sizedHead('POST / HTTP/1.1'), new Uint8Array(1000));
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
