import { describe, expect, it } from '@jest/globals';
import * as polyfill from 'web-streams-polyfill';
import { deferred } from '../../lib/body/deferred.ts';
import { type Duplex, openConnection, respond, serveConnection, type Transport } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource, duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { protocols } from './both-protocols.ts';
import { givingTransport } from './giving-transport.ts';
import { turns } from './raw-peer.ts';

const fails: Record<string, () => Promise<void>> = {
  throws: () => {
    throw new Error('deaf');
  },
  rejects: () => Promise.reject(new Error('deaf')),
};
const lost = { code: 'ERR_CONNECTION_LOST', cause: { message: 'deaf' } };

describe.each(protocols)('%s', (protocol) => {
  it.each(Object.keys(fails))(
    'a client whose write %s and that gets no response does not wait for ever',
    async (how) => {
      const clock = virtualClock();
      const io: Transport = { ...givingTransport(false), write: fails[how] as () => Promise<void> };
      const client = openConnection(io, { protocol, clock, drainTimeout: 500 });
      const source = countingSource({ chunkBytes: 1000 });
      const response = client.fetch('/', { method: 'POST', body: body(source) }).catch((error) => error);
      await turns();
      expect(source.cancelled?.reason).toMatchObject(lost);
      await clock.advance(500);
      expect(await response).toMatchObject(lost);
      await expect(client.closed).rejects.toMatchObject(lost);
      expect(clock.pending).toBe(0);
    },
  );

  it('a client whose write and read both fail has one reason for the upload, the response and itself', async () => {
    const read = deferred<Uint8Array | null>();
    const write = () => Promise.reject(new Error('deaf'));
    const client = openConnection(
      { ...givingTransport(false), write, read: () => read.promise },
      { protocol },
    );
    const source = countingSource({ chunkBytes: 1000 });
    const response = client.fetch('/', { method: 'POST', body: body(source) }).catch((error) => error);
    await turns();
    read.reject(new Error('dumb'));
    const reason = await response;
    expect(reason).toMatchObject(lost);
    expect(source.cancelled?.reason).toBe(reason);
    expect(await client.closed.catch((error) => error)).toBe(reason);
  });

  it('runs over streams of another brand, and ends with them', async () => {
    const foreign = ({ readable, writable }: Duplex): Duplex => {
      const [reader, writer] = [readable.getReader(), writable.getWriter()];
      const other = {
        readable: new polyfill.ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              const { done, value } = await reader.read();
              if (done) controller.close();
              else controller.enqueue(value);
            },
            cancel: (reason) => reader.cancel(reason),
          },
          { highWaterMark: 0 },
        ),
        writable: new polyfill.WritableStream<Uint8Array>({
          write: (chunk) => writer.write(chunk),
          close: () => writer.close(),
          abort: (reason) => writer.abort(reason),
        }),
      };
      return other as unknown as Duplex;
    };
    const [there, here] = duplexPair();
    const server = serveConnection(foreign(there), ({ body }) => respond(body));
    const client = openConnection(foreign(here), { protocol });
    const source = countingSource({ chunkBytes: 7000, totalBytes: 100_000 });
    const response = await client.fetch('/', { method: 'POST', body: body(source) });
    expect((await response.arrayBuffer()).byteLength).toBe(100_000);
    await client.close();
    await server.closed;
  });

  it('an idle client whose transport tells that the server is gone is over', async () => {
    const io = givingTransport(true);
    const client = openConnection(io, { protocol });
    io.tell(new Error('deaf'));
    await expect(client.closed).rejects.toMatchObject(lost);
    await expect(client.fetch('/')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
  });

  it('chunks that are no bytes are a fault of the Duplex, at both ends', async () => {
    const texts = (): Duplex => ({
      readable: new ReadableStream({ start: (controller) => controller.enqueue('GET' as never) }),
      writable: new WritableStream(),
    });
    const fault = { code: 'ERR_CONNECTION_LOST', cause: { name: 'TypeError' } };
    const client = openConnection(texts(), { protocol });
    await expect(client.fetch('/')).rejects.toMatchObject(fault);
    // Between two requests HTTP/1.1 may end as it likes.
    const server = serveConnection(texts(), () => respond(), { protocol });
    if (protocol === 'h2') await expect(server.closed).rejects.toMatchObject(fault);
    else await server.closed;
  });
});

it('a transport that is lost before its first byte is no unhandled rejection', async () => {
  const io = givingTransport(false);
  const closed = Promise.reject(new Error('deaf'));
  const clock = virtualClock();
  const server = serveConnection({ ...io, closed }, () => respond(), { clock });
  await expect(server.closed).rejects.toMatchObject(lost);
  await expect(server.protocol).rejects.toMatchObject(lost);
  expect(clock.pending).toBe(0);
});

it.each(Object.keys(fails))(
  'a tunnel over a transport whose write %s is over when its other half is',
  async (how) => {
    const head = new TextEncoder().encode('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n');
    const chunks = [head];
    const end = deferred<null>();
    let writes = 0;
    const io: Transport = {
      ...givingTransport(false),
      read: () => chunks.shift() ?? end.promise,
      write: () => (writes++ === 0 ? undefined : fails[how]?.()),
    };
    let failed: unknown;
    const server = serveConnection(io, () => respond(), {
      onConnect:
        () =>
        async ({ readable, writable }) => {
          failed = await writable
            .getWriter()
            .write(head)
            .catch((error) => error);
          end.resolve(null);
          await readable.getReader().read();
        },
    });
    await server.closed;
    expect(failed).toMatchObject(lost);
  },
);
