import { describe, expect, it } from '@jest/globals';
import { respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';
import { rest } from '../helpers/raw-http2.ts';

const { served, opened, both } = ends();
const never = (): Promise<Response> => new Promise(() => {});
const codes = Array.from({ length: 14 }, (_, code) => code);

/** Reads to the end: what came, and how it ended. */
async function drain(stream: ReadableStream<Uint8Array>): Promise<{ bytes: number; error?: unknown }> {
  const reader = stream.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes };
      bytes += value.byteLength;
    }
  } catch (error) {
    return { bytes, error };
  }
}

describe.each(codes)('RST_STREAM with code %i', (code) => {
  it('in the middle of a response gives what arrived and then an error, and cancels the upload', async () => {
    const { connection, server } = opened();
    const upload = countingSource({ chunkBytes: 1000 });
    const sibling = connection.fetch('/other');
    const response = connection.fetch('/', { method: 'POST', body: upload });
    await rest();
    server.headers(3, { ':status': '200' }, false);
    server.data(3, 3000);
    await rest();
    const drained = drain(bodyOf(await response));
    await rest();
    server.send((frames) => frames.rstStream(3, code));
    const { bytes, error } = await drained;
    expect(bytes).toBe(3000);
    expect(error).toMatchObject(
      code === 7 ? { code: 'ERR_REFUSED' } : { code: 'ERR_STREAM_RESET', errorCode: code, remote: true },
    );
    expect(upload.cancelled?.reason).toBe(error);
    await expect(trailersOf(await response)).rejects.toBe(error);
    server.headers(1, { ':status': '204' }, true);
    expect((await sibling).status).toBe(204);
  });

  it('in the middle of an upload errors its body, aborts the signal and cancels the response, with one reason', async () => {
    const source = countingSource({ chunkBytes: 1000 });
    let request: Request | undefined;
    const { client, connection } = served((asked) => {
      request ??= asked;
      return respond(body(source));
    });
    client.request(1, '/', 'POST', false);
    client.data(1, 3000);
    await rest();
    const drained = drain(bodyOf(request as Request));
    const { signal } = request as Request;
    await rest();
    client.send((frames) => frames.rstStream(1, code));
    const { bytes, error } = await drained;
    expect(bytes).toBe(3000);
    expect(error).toMatchObject({ name: code === 7 ? 'RefusedError' : 'StreamResetError' });
    expect(signal.reason).toBe(error);
    expect(source.cancelled?.reason).toBe(error);
    expect(connection.stats.unread).toBe(0);
    client.request(3, '/', 'HEAD');
    await rest();
    expect(client.fields(3)).toMatchObject({ ':status': '200' });
  });
});

describe('a body whose source fails', () => {
  it('is cut off by a server, after what was sent and without END_STREAM', async () => {
    const errors: unknown[] = [];
    const failure = new Error('disk');
    const { client } = served(
      () => {
        let left = 3;
        const pull = (): Uint8Array => {
          if (left-- === 0) throw failure;
          return new Uint8Array(100);
        };
        return respond(body({ pull }));
      },
      [],
      { onError: (error) => errors.push(error) },
    );
    client.request(1);
    await rest();
    expect(client.bytes(1)).toBe(300);
    expect(client.endStream(1)).toBe(false);
    expect(client.resetCode(1)).toBe(2);
    expect(errors).toEqual([failure]);
  });

  it('is cut off by a client, and rejects the response', async () => {
    const { connection, server } = opened();
    const failure = new Error('disk');
    const upload = body(
      (async function* () {
        yield new Uint8Array(100);
        throw failure;
      })(),
    );
    await expect(connection.fetch('/', { method: 'POST', body: upload })).rejects.toBe(failure);
    await rest();
    expect(server.bytes(1)).toBe(100);
    expect(server.endStream(1)).toBe(false);
    expect(server.resetCode(1)).toBe(2);
  });

  it('is cut off when its trailers fail', async () => {
    const trailers = Promise.reject(new Error('sum'));
    trailers.catch(() => {});
    const { client } = served(() => respond(body('abc', { trailers })));
    client.request(1);
    await rest();
    expect(client.bytes(1)).toBe(3);
    expect(client.endStream(1)).toBe(false);
    expect(client.resetCode(1)).toBe(2);
  });

  it('that is shorter than its length is cut off', async () => {
    const { client } = served(() =>
      respond(body(countingSource({ chunkBytes: 10, totalBytes: 20 }), { byteLength: 30 })),
    );
    client.request(1);
    await rest();
    expect(client.endStream(1)).toBe(false);
    expect(client.resetCode(1)).toBe(2);
  });
});

describe.each(['fin', 'cut'] as const)('a connection that ends (%s) in the middle', (how) => {
  it('of a response gives what arrived and then ConnectionLostError', async () => {
    const { connection, server } = opened();
    const upload = countingSource({ chunkBytes: 1000 });
    const response = connection.fetch('/', { method: 'POST', body: upload });
    const waiting = connection.fetch('/b');
    await rest();
    server.headers(1, { ':status': '200' }, false);
    server.data(1, 3000);
    await rest();
    const drained = drain(bodyOf(await response));
    await rest();
    if (how === 'fin') server.fin().catch(() => {});
    else server.cut();
    const { bytes, error } = await drained;
    expect(bytes).toBe(3000);
    expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect(upload.cancelled?.reason).toBe(error);
    await expect(waiting).rejects.toBe(error);
    await expect(connection.closed).rejects.toBe(error);
    await expect(connection.fetch('/c')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
  });

  it('of uploads errors all bodies, aborts the signals and cancels the responses', async () => {
    const sources = [1, 2].map(() => countingSource({ chunkBytes: 1000 }));
    const requests: Request[] = [];
    const { client, connection } = served((request) => {
      requests.push(request);
      return respond(body(sources[requests.length - 1] ?? ''));
    });
    client.request(1, '/', 'POST', false);
    client.request(3, '/', 'POST', false);
    client.data(1, 10);
    await rest();
    const drained = requests.map((request) => drain(bodyOf(request)));
    const signals = requests.map(({ signal }) => signal);
    if (how === 'fin') client.fin().catch(() => {});
    else client.cut();
    const [first, second] = await Promise.all(drained);
    expect(first).toMatchObject({ bytes: 10, error: { code: 'ERR_CONNECTION_LOST' } });
    expect(second).toMatchObject({ bytes: 0 });
    for (const [i, source] of sources.entries()) {
      expect(source.cancelled?.reason).toBe(first?.error);
      expect(signals[i]?.reason).toBe(first?.error);
    }
    await expect(connection.closed).rejects.toBe(first?.error);
  });
});

describe('GOAWAY', () => {
  it('refuses the streams above its last one, which can be sent again, and lets the others go on', async () => {
    const { connection, server } = opened();
    const calls = ['/a', '/b', '/c'].map((path) => connection.fetch(path));
    await rest();
    server.send((frames) => frames.goAway(3, 0, new Uint8Array(0)));
    await expect(calls[2]).rejects.toMatchObject({
      code: 'ERR_REFUSED',
      message: 'The connection closed, and the request was not processed',
    });
    await expect(connection.fetch('/d')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
    server.headers(1, { ':status': '200' }, false);
    server.headers(3, { ':status': '204' }, true);
    expect((await calls[1])?.status).toBe(204);
    server.data(1, new TextEncoder().encode('whole'), true);
    expect(await (await calls[0])?.text()).toBe('whole');
    await rest();
    server.fin().catch(() => {});
    await connection.closed;
  });

  it('lets nothing wait that the server refuses after it', async () => {
    const { connection, server } = opened();
    const [open, refused] = ['/a', '/b'].map((path) => connection.fetch(path));
    await rest();
    server.send((frames) => frames.goAway(0x7fffffff, 0, new Uint8Array(0)));
    server.send((frames) => frames.rstStream(3, 7));
    await expect(refused).rejects.toMatchObject({ code: 'ERR_REFUSED' });
    server.headers(1, { ':status': '204' }, true);
    expect((await open)?.status).toBe(204);
  });

  it('with an error and a FIN loses what is open', async () => {
    const { connection, server } = opened();
    const call = connection.fetch('/');
    await rest();
    server.send((frames) => frames.goAway(1, 2, new TextEncoder().encode('broken')));
    server.fin().catch(() => {});
    const lost = { code: 'ERR_CONNECTION_LOST', message: 'The peer left, with code 2 broken' };
    await expect(call).rejects.toMatchObject(lost);
    await expect(connection.closed).rejects.toMatchObject(lost);
  });
});

describe('a connection that the server has half-closed while idle', () => {
  it('refuses calls, and closes', async () => {
    const { connection, server } = opened();
    await rest();
    server.fin().catch(() => {});
    await rest();
    await expect(connection.fetch('/')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
    await connection.closed;
  });
});

describe('an aborted upload', () => {
  it('arrives as aborted', async () => {
    let request: Request | undefined;
    const { client } = both((asked) => {
      request = asked;
      return never();
    });
    const controller = new AbortController();
    let pulls = 0;
    let cancelled: unknown;
    const source = {
      pull: () => (pulls++ < 3 ? new Uint8Array(1000) : new Promise<null>(() => {})),
      cancel: (reason: unknown) => {
        cancelled = reason;
      },
    };
    const call = client.fetch('/', { method: 'POST', body: source, signal: controller.signal });
    await rest();
    const drained = drain(bodyOf(request as Request));
    await rest();
    controller.abort('changed my mind');
    await expect(call).rejects.toBe('changed my mind');
    expect(cancelled).toBe('changed my mind');
    const { bytes, error } = await drained;
    expect(bytes).toBe(3000);
    expect(error).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 8, remote: true });
  });

  it('is cancelled when its response is cancelled', async () => {
    const { client } = both(() => respond(body(countingSource({ chunkBytes: 10 }))));
    const source = countingSource({ chunkBytes: 1000 });
    const response = await client.fetch('/', { method: 'POST', body: source });
    await response.body?.cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
  });
});

describe('a malformed stream', () => {
  it('is one reset, with the reason on our side', async () => {
    const { connection, server } = opened();
    const call = connection.fetch('/');
    await rest();
    server.headers(1, { ':status': '200', 'content-length': '3' }, false);
    server.data(1, 5, true);
    await rest();
    expect(server.resetCode(1)).toBe(1);
    const { error } = await drain(bodyOf(await call));
    expect(error).toMatchObject({ code: 'ERR_STREAM_RESET', errorCode: 1, remote: false });
    expect((error as Error).cause).toMatchObject({ code: 'ERR_PROTOCOL' });
  });

  it('that breaks the connection of a client says so, and why', async () => {
    const { connection, server } = opened();
    const call = connection.fetch('/');
    call.catch(() => {});
    await rest();
    server.data(5, 1);
    await rest();
    expect(server.goAwayCode).toBe(1);
    const cause = { code: 'ERR_PROTOCOL', message: 'Frame on idle stream 5' };
    await expect(call).rejects.toMatchObject({
      code: 'ERR_CONNECTION_LOST',
      message: 'The peer broke the protocol',
      cause,
    });
    server.fin().catch(() => {});
    await expect(connection.closed).rejects.toMatchObject(cause);
  });

  it('that breaks the connection ends it with GOAWAY', async () => {
    const { connection, client } = served(never);
    client.request(1);
    await rest();
    client.data(5, 1);
    await rest();
    expect(client.goAwayCode).toBe(1);
    client.fin().catch(() => {});
    await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_PROTOCOL' });
  });
});
