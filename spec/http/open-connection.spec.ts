import { describe, expect, it } from '@jest/globals';
import {
  type ConnectOptions,
  openConnection,
  respond,
  serveConnection,
  trailersOf,
} from '../../lib/http/mod.ts';
import { body, bodyOf } from '../../lib/mod.ts';
import { countingSource, duplexPair, virtualClock } from '../../lib/testing/mod.ts';
import { rawPair, turns } from './raw-peer.ts';

const open = (options: ConnectOptions = {}) => {
  const [peer, io] = rawPair();
  return { peer, connection: openConnection(io, options) };
};
const ok = (text: string, ...fields: string[]) =>
  `HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n${text}`;

describe('openConnection', () => {
  it('writes a request, exactly, and reads the response', async () => {
    const { peer, connection } = open({ origin: 'http://a.example:81/base/' });
    const response = connection.fetch('x?y#z', { headers: { 'x-a': '1' } });
    expect(await peer.until(/\r\n\r\n/)).toBe(
      'GET /base/x?y HTTP/1.1\r\nhost: a.example:81\r\nx-a: 1\r\naccept: */*\r\n\r\n',
    );
    peer.send(ok('hello', 'Content-Length: 5', 'X-B: 2'));
    const got = await response;
    expect([got.status, got.statusText, got.headers.get('x-b'), got.url]).toEqual([
      200,
      'OK',
      '2',
      'http://a.example:81/base/x?y',
    ]);
    expect(got).toBeInstanceOf(Response);
    expect(await got.text()).toBe('hello');
    const closing = connection.close();
    await peer.all();
    await closing;
    await connection.closed;
    await expect(connection.fetch('/')).rejects.toMatchObject({ code: 'ERR_REFUSED' });
  });

  it('calls queue, and what is not sent is refused when the connection ends', async () => {
    const { peer, connection } = open();
    const calls = ['/1', '/2', '/3'].map((path) => connection.fetch(path));
    const texts = calls.map((call) =>
      call.then(
        (response) => response.text(),
        (error) => error.code,
      ),
    );
    await peer.until(/\r\n\r\n/);
    await turns();
    expect(peer.received).toMatch(/^GET \/1 /);
    expect(peer.received).not.toMatch(/\/2/);
    peer.send(ok('a', 'Content-Length: 1'));
    await peer.until(/\/2/);
    peer.send(ok('b', 'Content-Length: 1', 'Connection: close'));
    expect(await Promise.all(texts)).toEqual(['a', 'b', 'ERR_REFUSED']);
  });

  it('every framing, interim responses, trailers', async () => {
    const { peer, connection } = open();
    const informed: unknown[] = [];
    const first = connection.fetch('/', {
      onInformational: (status, headers) => informed.push([status, headers.get('link')]),
    });
    peer.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    peer.send(ok('1\r\na\r\n2\r\nbc\r\n0\r\nX-Sum: 6\r\n\r\n', 'Transfer-Encoding: chunked'));
    await peer.until(/\r\n\r\n/);
    const chunked = await first;
    expect(informed).toEqual([[103, '</a>']]);
    expect(await chunked.text()).toBe('abc');
    expect((await trailersOf(chunked)).get('x-sum')).toBe('6');
    const head = connection.fetch('/', { method: 'HEAD' });
    await peer.until(/HEAD/);
    peer.send(ok('', 'Content-Length: 100'));
    expect((await head).body).toBe(null);
    const last = connection.fetch('/');
    await peer.until(/HEAD[\s\S]*GET/);
    peer.send(ok('until close'));
    peer.close();
    expect(await (await last).text()).toBe('until close');
    await connection.closed;
  });

  it('uploads: known length, chunked with trailers, forms', async () => {
    const { peer, connection } = open();
    const put = async (init: Parameters<typeof connection.fetch>[1], pattern: RegExp) => {
      peer.received = '';
      const response = connection.fetch('/', { method: 'POST', ...init });
      await peer.until(pattern);
      peer.send(ok('', 'Content-Length: 0'));
      await (await response).text();
      return peer.received;
    };
    expect(await put({ body: 'abc' }, /abc$/)).toMatch(
      /content-type: text\/plain;charset=UTF-8\r\n[\s\S]*content-length: 3\r\n\r\nabc$/,
    );
    expect(await put({}, /\r\n\r\n/)).toMatch(/content-length: 0\r\n\r\n$/);
    expect(
      await put({ body: body(['a', 'bc'], { trailers: new Headers({ 'x-t': '1' }) }) }, /x-t: 1\r\n\r\n/),
    ).toMatch(/transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nx-t: 1\r\n\r\n$/);
    expect(await put({ body: new URLSearchParams({ a: 'b' }) }, /a=b$/)).toMatch(/x-www-form-urlencoded/);
    const form = new FormData();
    form.set('k', 'v');
    expect(await put({ body: form }, /--\r\n/)).toMatch(/multipart\/form-data; boundary=/);
    await expect(connection.fetch('/', { method: 'GET', body: 'x' })).rejects.toThrow(TypeError);
    await expect(connection.fetch('/', { method: 'CONNECT' })).rejects.toThrow(TypeError);
    await expect(connection.fetch('http://u:p@a/')).rejects.toThrow(TypeError);
  });

  it('Expect: 100-continue waits for the server, or for a second', async () => {
    const clock = virtualClock();
    const { peer, connection } = open({ clock });
    const init = { method: 'POST', body: 'abc', headers: { expect: '100-continue' } };
    const told = connection.fetch('/', init);
    await peer.until(/\r\n\r\n/);
    await turns();
    expect(peer.received).not.toMatch(/abc/);
    peer.send('HTTP/1.1 100 Continue\r\n\r\n');
    await peer.until(/abc/);
    peer.send(ok('', 'Content-Length: 0'));
    await (await told).text();
    peer.received = '';
    const late = connection.fetch('/', init);
    await peer.until(/\r\n\r\n/);
    await clock.advance(1000);
    await peer.until(/abc/);
    peer.send(ok('', 'Content-Length: 0'));
    await (await late).text();
    const refused = connection.fetch('/', init);
    peer.received = '';
    await peer.until(/\r\n\r\n/);
    peer.send('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n');
    expect((await refused).status).toBe(413);
    expect(await peer.all()).not.toMatch(/abc/);
    expect(clock.pending).toBe(0);
  });
});

describe('openConnection: what goes wrong', () => {
  const response = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
  it.each(['close', 'reset'] as const)('%s at every byte of a response: never finished', async (how) => {
    for (let at = 0; at < response.length; at++) {
      const source = countingSource({ chunkBytes: 100, async: true });
      const { peer, connection } = open();
      const call = connection.fetch('/', { method: 'POST', body: body(source) });
      await peer.until(/\r\n\r\n/);
      if (at > 0) await peer.send(response.slice(0, at));
      await turns(1);
      if (how === 'close') peer.close();
      else peer.reset();
      const outcome = await call
        .then((got) => got.text())
        .then(
          () => 'finished',
          (error) => error.code,
        );
      expect([at, outcome]).toEqual([at, 'ERR_CONNECTION_LOST']);
      if (how === 'close') peer.reset();
      await turns();
      expect(source.cancelled).toBeDefined();
      await connection.closed.catch(() => {});
    }
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', 'ERR_PROTOCOL'],
    ['HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n', 'ERR_PROTOCOL'],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'ERR_PROTOCOL'],
    ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(17), 'ERR_PROTOCOL'],
  ])('%j is refused', async (text, code) => {
    const { peer, connection } = open();
    const call = connection.fetch('/');
    await peer.until(/\r\n\r\n/);
    peer.send(text);
    await expect(call).rejects.toMatchObject({ code });
    await expect(connection.closed).rejects.toMatchObject({ code });
  });

  it('cancelling the response body cancels the upload, with the same reason', async () => {
    const source = countingSource({ chunkBytes: 100, async: true });
    const { peer, connection } = open();
    const call = connection.fetch('/', { method: 'POST', body: body(source) });
    await peer.until(/\r\n\r\n/);
    peer.send(ok('abc', 'Content-Length: 1000000'));
    const got = await call;
    const reason = new Error('enough');
    await got.body?.cancel(reason);
    expect(source.cancelled?.reason).toBe(reason);
    await connection.closed;
  });

  it('an error in the upload rejects the response, and cuts the upload off', async () => {
    const failure = new Error('broken');
    let n = 0;
    const { peer, connection } = open();
    const call = connection.fetch('/', {
      method: 'POST',
      body: body({
        pull: async () => {
          if (n++ === 1) throw failure;
          return new Uint8Array([97]);
        },
      }),
    });
    await Promise.all([expect(call).rejects.toBe(failure), peer.all()]);
    expect(peer.ended).toBe(false);
    expect(peer.received).not.toMatch(/0\r\n\r\n$/);
  });

  it('a signal: before, while waiting, while sending, while reading', async () => {
    const reason = new Error('stop');
    const { peer, connection } = open();
    await expect(connection.fetch('/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const first = new AbortController();
    const queued = new AbortController();
    const source = countingSource({ chunkBytes: 10, async: true });
    const call = connection.fetch('/1', { method: 'POST', body: body(source), signal: first.signal });
    const second = connection.fetch('/2', { signal: queued.signal });
    queued.abort(reason);
    await expect(second).rejects.toBe(reason);
    await peer.until(/\r\n\r\n/);
    peer.send(ok('abc', 'Content-Length: 10'));
    const got = await call;
    const reading = got.text();
    await turns();
    first.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(source.cancelled?.reason).toBe(reason);
    await connection.closed.catch(() => {});
  });

  it('any number of calls may be given up while they wait', async () => {
    const { peer, connection } = open();
    const first = connection.fetch('/1');
    const waiting = Array.from({ length: 1500 }, () => {
      const controller = new AbortController();
      const calls = Array.from({ length: 10 }, () =>
        connection.fetch('/waits', { signal: controller.signal }).catch(({ name }) => name),
      );
      controller.abort();
      return calls;
    }).flat();
    const last = connection.fetch('/2');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['AbortError']));
    await peer.until(/\/1/);
    peer.send(ok('a', 'Content-Length: 1'));
    expect(await (await first).text()).toBe('a');
    await peer.until(/\/2/);
    expect(peer.received).not.toMatch(/waits/);
    peer.send(ok('b', 'Content-Length: 1'));
    expect(await (await last).text()).toBe('b');
  });

  it('a server that leaves, or speaks unasked, is noticed while idle', async () => {
    const leaves = open();
    leaves.peer.close();
    await leaves.connection.closed;
    const speaks = open();
    speaks.peer.send(ok(''));
    await expect(speaks.connection.closed).rejects.toMatchObject({ code: 'ERR_PROTOCOL' });
  });

  it('headersTimeout', async () => {
    const clock = virtualClock();
    const { peer, connection } = open({ clock, headersTimeout: 1000 });
    const call = connection.fetch('/');
    call.catch(() => {});
    await peer.until(/\r\n\r\n/);
    await clock.advance(1000);
    await expect(call).rejects.toMatchObject({ code: 'ERR_DEADLINE' });
    await connection.closed.catch(() => {});
    expect(clock.pending).toBe(0);
  });

  it('a cancelled response of known, small rest keeps the connection', async () => {
    const { peer, connection } = open();
    const call = connection.fetch('/');
    await peer.until(/\r\n\r\n/);
    peer.send(ok('abc', 'Content-Length: 10'));
    await (await call).body?.cancel();
    peer.send('defghij');
    const next = connection.fetch('/2');
    await peer.until(/\/2/);
    peer.send(ok('x', 'Content-Length: 1'));
    expect(await (await next).text()).toBe('x');
  });
});

describe('client and server over duplexPair', () => {
  it.each([0, 1, 1_048_576])('%d bytes both ways, in every framing, full duplex', async (size) => {
    const [there, here] = duplexPair();
    serveConnection(there, (request) =>
      request.url.endsWith('/length')
        ? respond(bodyOf(request), { headers: { 'content-length': String(size) } })
        : respond(bodyOf(request)),
    );
    const connection = openConnection(here);
    for (const path of ['/chunked', '/length']) {
      for (const known of [true, false]) {
        const source = countingSource({ chunkBytes: 10_000, totalBytes: size, async: known });
        const upload = known ? body(source, { byteLength: size }) : body(source);
        const response = await connection.fetch(path, { method: 'POST', body: upload });
        const back = new Uint8Array(await response.arrayBuffer());
        expect(back.byteLength).toBe(size);
        expect(back.every((byte, i) => byte === i % 251)).toBe(true);
      }
    }
    await connection.close();
  });

  it.each([1, 1000, 65_536])('slack: a client that stalls, highWaterMark %d', async (highWaterMark) => {
    for (const chunkBytes of [100, 1024, 65_536]) {
      for (const async of [false, true]) {
        const source = countingSource({ chunkBytes, async });
        const [peer, io] = rawPair();
        serveConnection(io, () => respond(body(source)), { highWaterMark });
        await peer.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        await peer.read();
        const taken = peer.received.length;
        await turns();
        expect(source.bytes - taken).toBeLessThanOrEqual(highWaterMark + 2 * chunkBytes);
        peer.reset();
      }
    }
  });

  it.each([1, 1000, 65_536])('slack: an unread request body, highWaterMark %d', async (highWaterMark) => {
    const read = 16_384;
    for (const reads of [0, 1]) {
      const [peer, io] = rawPair();
      const connection = serveConnection(
        io,
        async (request) => {
          const reader = request.body?.getReader();
          for (let i = 0; i < reads; i++) await reader?.read();
          return new Promise<Response>(() => {});
        },
        { highWaterMark },
      );
      await peer.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n');
      const head = connection.stats.bytesRead;
      let sending = true;
      const send = (async () => {
        while (sending) await peer.send(new Uint8Array(read));
      })();
      send.catch(() => {});
      await turns(20);
      const delivered = reads * read;
      expect(connection.stats.bytesRead - head - delivered).toBeLessThanOrEqual(
        reads === 0 ? 0 : highWaterMark + read,
      );
      sending = false;
      connection.abort();
      await connection.closed.catch(() => {});
    }
  });
});
