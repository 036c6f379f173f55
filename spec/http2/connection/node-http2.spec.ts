import { createHash, randomBytes } from 'node:crypto';
import http2 from 'node:http2';
import net from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Http2Connection, type Http2Event } from '../../../lib/http2/mod.ts';

/** Runs a connection over a socket: reads everything at once, writes as the windows let it. */
function drive(
  socket: net.Socket,
  role: 'server' | 'client',
  on: (
    connection: Http2Connection,
    event: Http2Event,
    send: (id: number, bytes: Uint8Array, end: boolean) => void,
  ) => void,
): { connection: Http2Connection; flush: () => void } {
  const connection = new Http2Connection({ role });
  const waiting = new Map<number, { bytes: Uint8Array; end: boolean }>();
  const flush = (): void => {
    for (const [id, item] of waiting) {
      const sent = connection.sendData(id, item.bytes, item.end);
      item.bytes = item.bytes.subarray(sent);
      if (item.bytes.byteLength === 0) waiting.delete(id);
    }
    for (const bytes of connection.take()) socket.write(bytes);
  };
  socket.on('data', (bytes) => {
    for (const event of connection.receive(bytes, performance.now())) {
      if (event.type === 'error') socket.destroy(event.error);
      if (event.type === 'data') connection.consumed(event.streamId, event.data.byteLength);
      on(connection, event, (id, data, end) => waiting.set(id, { bytes: data, end }));
    }
    flush();
  });
  socket.on('error', () => {});
  connection.initiate();
  flush();
  return { connection, flush };
}
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const body = randomBytes(300_000);

describe('with node:http2', () => {
  it('serves: 20 bodies up and down, headers and trailers', async () => {
    const hashes = new Map<number, ReturnType<typeof createHash>>();
    const server = net.createServer((socket) => {
      drive(socket, 'server', (connection, event, send) => {
        if (event.type === 'request') {
          hashes.set(event.streamId, createHash('sha256'));
          connection.sendInformational(event.streamId, [
            [':status', '103'],
            ['link', '</x>'],
          ]);
        }
        if (event.type === 'data') hashes.get(event.streamId)?.update(event.data);
        if (event.type === 'data' && event.endStream) {
          connection.sendHeaders(
            event.streamId,
            [
              [':status', '200'],
              ['x-sha', hashes.get(event.streamId)?.digest('hex') ?? ''],
              ['x-long', 'é'.repeat(3000)],
            ],
            false,
          );
          send(event.streamId, body, true);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = http2.connect(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    const one = (): Promise<[unknown, string]> =>
      new Promise((resolve, reject) => {
        const request = session.request({ ':method': 'POST', ':path': '/x', 'x-a': 'b', cookie: 'a=1' });
        const hash = createHash('sha256');
        let seen: unknown;
        request.on('response', (headers) => (seen = headers['x-sha']));
        request.on('data', (bytes) => hash.update(bytes));
        request.on('end', () => resolve([seen, hash.digest('hex')]));
        request.on('error', reject);
        request.end(body);
      });
    const wanted = sha(body);
    for (const result of await Promise.all(Array.from({ length: 20 }, one)))
      expect(result).toEqual([wanted, wanted]);
    session.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks: bodies up and down, 1xx and trailers, and leaves gracefully', async () => {
    const server = http2.createServer();
    server.on('stream', (stream) => {
      const hash = createHash('sha256');
      stream.additionalHeaders({ ':status': 103, link: '</x>' });
      stream.on('data', (bytes) => hash.update(bytes));
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'x-sha': hash.digest('hex') }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': 'yes' }));
        stream.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    const hash = createHash('sha256');
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      const { flush } = drive(socket, 'client', (connection, event, send) => {
        if (event.type === 'settings') {
          const id = connection.openStream(
            [
              [':method', 'POST'],
              [':scheme', 'http'],
              [':authority', 'a'],
              [':path', '/'],
            ],
            false,
          );
          send(id, body, true);
        }
        if (event.type === 'informational') seen.push(event.status);
        if (event.type === 'response') seen.push(event.headers.find(([name]) => name === 'x-sha')?.[1]);
        if (event.type === 'data') hash.update(event.data);
        if (event.type === 'trailers') {
          seen.push(event.headers);
          connection.goAway();
          expect(connection.finished).toBe(true);
          resolve();
        }
      });
      flush();
    });
    expect(seen).toEqual([103, sha(body), [['x-end', 'yes']]]);
    expect(hash.digest('hex')).toBe(sha(body));
    socket.end();
    await new Promise((resolve) => server.close(resolve));
  });
});
