import { describe, expect, it } from '@jest/globals';
import { proxyResponse, respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { rest } from '../helpers/raw-http2.ts';

const { served, opened, both } = ends();
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('a request', () => {
  it('is a Request with the URL, the host and joined cookies', async () => {
    const seen: unknown[] = [];
    const { client } = served((request, info) => {
      const { method, url, headers } = request;
      seen.push(
        method,
        url,
        headers.get('host'),
        headers.get('cookie'),
        info.protocol,
        request instanceof Request,
      );
      return respond(null);
    });
    client.request(1, '/a?b=c', 'PUT', true, { cookie: 'a=1' });
    await rest();
    expect(seen).toEqual(['PUT', 'http://a.test/a?b=c', 'a.test', 'a=1', 'h2', true]);
    expect(client.fields(1)).toMatchObject({ ':status': '200', 'content-length': '0' });
    expect(client.fields(1)['date']).toMatch(/GMT$/);
  });

  it('of OPTIONS * has the path * in info', async () => {
    let path: string | undefined;
    const { client } = served((request, info) => {
      path = info.path;
      return respond(request.url);
    });
    client.request(1, '*', 'OPTIONS');
    await rest();
    expect(path).toBe('*');
    expect(text(client.of('DATA', 1)[0]?.payload)).toBe('http://a.test/');
  });

  it('of GET with a body is given without it, and the bytes go back to the connection', async () => {
    const { client, connection } = served((request) => respond(String(request.body)));
    client.request(1, '/', 'GET', false);
    client.data(1, 5000);
    await rest();
    expect(text(client.of('DATA', 1)[0]?.payload)).toBe('null');
    expect(client.resetCode(1)).toBe(0);
    expect(connection.stats).toMatchObject({ unread: 0, streams: [] });
  });

  it.each([
    ['TRACE', '501'],
    ['CONNECT', '501'],
  ])('of %s gets %s', async (method, status) => {
    const { client } = served(() => respond('no'));
    if (method === 'CONNECT') client.headers(1, { ':method': method, ':authority': 'b.test:80' }, false);
    else client.request(1, '/', method);
    await rest();
    expect(client.fields(1)[':status']).toBe(status);
  });

  it('with a header list over the limit gets 431', async () => {
    const { client } = served(() => respond('no'));
    client.request(1, '/', 'GET', true, { 'x-big': 'x'.repeat(17_000) });
    await rest();
    expect(client.fields(1)[':status']).toBe('431');
    client.request(3);
    await rest();
    expect(client.fields(3)[':status']).toBe('200');
  });

  it('with trailers that no trailers can be: they are dropped, as on HTTP/1.1', async () => {
    let trailers: [string, string][] | undefined;
    const { client } = served(async (request) => {
      await bytes(bodyOf(request));
      trailers = [...(await trailersOf(request))];
      return respond();
    });
    client.request(1, '/', 'POST', false);
    client.headers(1, { 'x-sum': '6', 'content-type': 'a/b', host: 'b', authorization: 'c' }, true);
    await rest();
    expect(trailers).toEqual([['x-sum', '6']]);
  });

  it('that expects 100-continue gets it when the body is first read', async () => {
    let read: (() => Promise<unknown>) | undefined;
    const { client } = served((request) => {
      read = () => bytes(bodyOf(request)).catch(() => {});
      return new Promise(() => {});
    });
    client.request(1, '/', 'POST', false, { expect: '100-continue' });
    await rest();
    expect(client.blocks.get(1)).toBeUndefined();
    read?.();
    await rest();
    expect(client.fields(1)).toEqual({ ':status': '100' });
  });
});

describe('a response', () => {
  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('to %s with status %i has no body: it is cancelled, not pulled', async (method, status) => {
    const source = countingSource({ chunkBytes: 10 });
    const { client } = served(() =>
      status === 200
        ? new Response(body(source))
        : ({ ...parts(status), body: body(source) } as unknown as Response),
    );
    client.request(1, '/', method);
    await rest();
    expect(client.fields(1)[':status']).toBe(String(status));
    expect(client.of('DATA', 1)).toHaveLength(0);
    expect(client.endStream(1)).toBe(true);
    expect(source.pulls).toBe(0);
    expect(source.cancelled).toBeDefined();
  });

  it('of a handler that throws is 500, with an empty body', async () => {
    const errors: unknown[] = [];
    const { client } = served(
      () => {
        throw new Error('oops');
      },
      [],
      { onError: (error) => errors.push(error) },
    );
    client.request(1);
    await rest();
    expect(client.fields(1)).toMatchObject({ ':status': '500', 'content-length': '0' });
    expect(errors).toMatchObject([{ message: 'oops' }]);
  });

  it('with connection fields is 500', async () => {
    const { client } = served(() => respond('a', { headers: { 'transfer-encoding': 'chunked' } }));
    client.request(1);
    await rest();
    expect(client.fields(1)).toMatchObject({ ':status': '500' });
  });

  it('that comes early is whole, and the upload is told to stop with NO_ERROR', async () => {
    const { client } = served(() => respond('early'));
    client.request(1, '/', 'POST', false);
    client.data(1, 1000);
    await rest();
    const types = client.frames.filter((frame) => frame.streamId === 1).map((frame) => frame.type);
    expect(types).toEqual([1, 0, 3]);
    expect(client.resetCode(1)).toBe(0);
  });

  it('that comes early to a client of ours is given, and cancels the upload', async () => {
    const { connection, server } = opened();
    const upload = countingSource({ chunkBytes: 1000 });
    const call = connection.fetch('/', { method: 'POST', body: upload });
    await rest();
    server.headers(1, { ':status': '413' }, false);
    server.data(1, new TextEncoder().encode('too much'), true);
    server.send((frames) => frames.rstStream(1, 0));
    const response = await call;
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('too much');
    await rest();
    expect(upload.cancelled?.reason).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 0 });
    expect(connection.stats.streams).toHaveLength(0);
  });

  it('that refuses an upload before it began ends its stream, too', async () => {
    const { connection, server } = opened();
    const upload = countingSource({ chunkBytes: 10, totalBytes: 10 });
    const headers = { expect: '100-continue' };
    const call = connection.fetch('/', { method: 'POST', body: upload, headers });
    await rest();
    server.headers(1, { ':status': '417' }, true);
    expect((await call).status).toBe(417);
    await rest();
    expect([upload.pulls, upload.cancelled?.reason]).toMatchObject([0, { code: 'ERR_CLOSED' }]);
    expect([server.resetCode(1), connection.stats.streams]).toEqual([8, []]);
  });

  it('that comes while the upload goes on lets it go on', async () => {
    const { connection, server } = opened();
    const call = connection.fetch('/', {
      method: 'POST',
      body: countingSource({ chunkBytes: 1000, totalBytes: 100_000 }),
    });
    await rest();
    server.headers(1, { ':status': '200' }, true);
    expect((await call).status).toBe(200);
    server.send((frames) => {
      frames.windowUpdate(0, 100_000);
      frames.windowUpdate(1, 100_000);
    });
    await rest();
    expect(server.bytes(1)).toBe(100_000);
    expect(server.endStream(1)).toBe(true);
  });

  it('completes when its last byte was written', async () => {
    let completed: Promise<void> | undefined;
    const { client } = served((_request, info) => {
      completed = info.completed;
      return respond('all');
    });
    client.request(1);
    await rest();
    await expect(completed).resolves.toBeUndefined();
  });
});

describe('to a client that takes no fields', () => {
  it.each([
    ['answers', () => respond('x')],
    ['answers late', async () => respond(body('x'))],
    ['fails', () => Promise.reject(new Error('no'))],
  ])('a handler that %s: the stream is reset, and nothing else suffers', async (_, handler) => {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const { client, connection } = served(handler, [[6, 100]], { onError });
    client.request(1);
    client.request(3, '/', 'TRACE');
    await rest();
    expect([client.resetCode(1), client.resetCode(3), client.blocks.size]).toEqual([2, 2, 0]);
    expect(errors).toHaveLength(1);
    expect(connection.stats.streams).toEqual([]);
    client.send((frames) => frames.settings([[6, 1000]]));
    client.request(5);
    await rest();
    expect(client.fields(5)[':status']).toMatch(/200|500/);
  });
});

describe('a response without a body', () => {
  it.each([
    ['HEAD', '200'],
    ['GET', '204'],
    ['GET', '304'],
  ])('to %s with status %s may end with an empty DATA: nothing is reset', async (method, status) => {
    const { connection, server } = opened();
    const call = connection.fetch('/', { method });
    await rest();
    server.headers(1, { ':status': status }, false);
    expect((await call).body).toBeNull();
    server.data(1, 0, true);
    await rest();
    expect(server.resetCode(1)).toBeUndefined();
    expect(connection.stats.streams).toHaveLength(0);
  });

  it('that ends with its head is passed on so: gRPC takes its trailers from no other', async () => {
    const { connection, server } = opened();
    const { client } = served(async () => proxyResponse(await connection.fetch('/')));
    client.request(1);
    await rest();
    server.headers(1, { ':status': '200', 'grpc-status': '5' }, true);
    await rest();
    expect(client.fields(1)).toMatchObject({ ':status': '200', 'grpc-status': '5' });
    expect(client.frames.filter(({ streamId }) => streamId === 1)).toMatchObject([{ type: 1, flags: 5 }]);
  });
});

describe('trailers', () => {
  it('go both ways, without forbidden fields', async () => {
    let got: Promise<Headers> | undefined;
    const { client } = both(async (request) => {
      got = trailersOf(request);
      const data = await bytes(bodyOf(request));
      return respond(
        body(data, { trailers: new Headers({ 'x-sum': String(data.length), 'content-length': '1' }) }),
      );
    });
    const upload = body('abc', { trailers: () => new Headers({ 'x-up': '1' }) });
    const response = await client.fetch('/', { method: 'POST', body: upload });
    expect(await response.text()).toBe('abc');
    expect([...((await got) ?? [])]).toEqual([['x-up', '1']]);
    expect([...(await trailersOf(response))]).toEqual([['x-sum', '3']]);
  });
});

describe('informational responses', () => {
  it('go out and come in', async () => {
    const seen: unknown[] = [];
    const { client } = both((_request, info) => {
      info.sendInformational?.(103, { link: '</a.css>' });
      return respond('late');
    });
    const response = await client.fetch('/', {
      onInformational: (status, headers) => seen.push(status, headers.get('link')),
    });
    expect(seen).toEqual([103, '</a.css>']);
    expect(await response.text()).toBe('late');
  });
});

describe('a tunnel', () => {
  it('of an extended CONNECT is a duplex', async () => {
    const seen: unknown[] = [];
    const { client } = served(() => respond('no'), [], {
      onConnect(request, info) {
        seen.push(request.method, request.url, info.connectProtocol);
        return {
          headers: { 'x-a': '1' },
          async start({ readable, writable }) {
            const writer = writable.getWriter();
            await writer.write(new TextEncoder().encode('hello '));
            for await (const chunk of readable) await writer.write(chunk);
            await writer.close();
          },
        };
      },
    });
    client.headers(
      1,
      {
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':scheme': 'http',
        ':authority': 'a.test',
        ':path': '/chat',
      },
      false,
    );
    await rest();
    client.data(1, new TextEncoder().encode('there'));
    await rest();
    expect(client.endStream(1)).toBe(false);
    client.data(1, new TextEncoder().encode('!'), true);
    await rest();
    expect(seen).toEqual(['CONNECT', 'http://a.test/chat', 'websocket']);
    expect(client.fields(1)).toMatchObject({ ':status': '200', 'x-a': '1' });
    expect(
      client
        .of('DATA', 1)
        .map(({ payload }) => text(payload))
        .join(''),
    ).toBe('hello there!');
    expect(client.endStream(1)).toBe(true);
  });

  it('can be refused', async () => {
    const { client } = served(() => respond('no'), [], {
      onConnect: () => respond('go away', { status: 403 }),
    });
    client.headers(1, { ':method': 'CONNECT', ':authority': 'b.test:80' }, false);
    await rest();
    expect(client.fields(1)[':status']).toBe('403');
  });

  it('that is aborted is reset with CANCEL', async () => {
    const { client } = served(() => respond('no'), [], {
      onConnect: () => (duplex) => duplex.writable.abort('enough'),
    });
    client.headers(1, { ':method': 'CONNECT', ':authority': 'b.test:80' }, false);
    await rest();
    expect(client.resetCode(1)).toBe(8);
  });
});

describe('what a client sends', () => {
  it('has pseudo-header fields and none of the connection', async () => {
    const { connection, server } = opened([], { origin: 'http://b.test:81' });
    connection
      .fetch('/a?b', { method: 'POST', body: 'abc', headers: { te: 'trailers', connection: 'x' } })
      .catch(() => {});
    await rest();
    expect(server.fields(1)).toEqual({
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': 'b.test:81',
      ':path': '/a?b',
      'content-type': 'text/plain;charset=UTF-8',
      accept: '*/*',
      te: 'trailers',
      'content-length': '3',
    });
    expect(server.of('DATA', 1).at(-1)?.flags).toBe(1);
  });

  it('refuses push', async () => {
    const { connection, server } = opened();
    await rest();
    const settings = server.of('SETTINGS')[0]?.payload ?? new Uint8Array(0);
    expect([...settings.subarray(6, 12)]).toEqual([0, 2, 0, 0, 0, 0]);
    connection.abort();
  });
});

function parts(status: number): object {
  return { status, statusText: '', headers: new Headers(), url: '', bodyUsed: false };
}
