import { describe, expect, it } from '@jest/globals';
import {
  type Handler,
  respond,
  type ServeOptions,
  serveConnection,
  type Transport,
} from '../../lib/http/mod.ts';
import { body, bodyOf, collect } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { rawPair, turns } from './raw-peer.ts';

const start = (handler: Handler, options: ServeOptions = {}) => {
  const [peer, io] = rawPair();
  return { peer, connection: serveConnection(io, handler, options) };
};
const get = (path = '/', ...fields: string[]) =>
  `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const undated = (text: string) => text.replace(/date: [^\r]+\r\n/gi, '');

describe('serveConnection: one exchange after the other', () => {
  it('answers, exactly', async () => {
    const { peer, connection } = start(() => respond('hello'));
    await peer.send(get());
    expect(undated(await peer.until(/hello/))).toBe(
      'HTTP/1.1 200 OK\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: 5\r\n\r\nhello',
    );
    await connection.close();
    await connection.closed;
    expect(connection.stats).toMatchObject({ protocol: 'http/1.1', unread: 0, streams: [] });
    expect(await connection.protocol).toBe('http/1.1');
  });

  it('gives the request as it came', async () => {
    const seen: unknown[] = [];
    const { peer } = start(
      async (request, info) => {
        seen.push([
          request.method,
          request.url,
          info.path,
          info.protocol,
          info.remoteAddress,
          info.encrypted,
        ]);
        seen.push(request instanceof Request, request.headers.get('cookie'), await request.text());
        return respond('');
      },
      { info: { remoteAddress: '192.0.2.1', encrypted: true } },
    );
    peer.send(
      'POST /a/../b?x=y HTTP/1.1\r\nHost: A.example:443\r\nCookie: a=1\r\nCookie: b=2\r\nContent-Length: 3\r\n\r\nabc',
    );
    await peer.until(/\r\n\r\n/);
    peer.send('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nGET http://other/x#f HTTP/1.1\r\nHost: a\r\n\r\n');
    await peer.until(/(\r\n\r\n[\s\S]*){3}/);
    expect(seen).toEqual([
      ['POST', 'https://a.example/b?x=y', undefined, 'http/1.1', '192.0.2.1', true],
      true,
      'a=1; b=2',
      'abc',
      ['OPTIONS', 'https://a/', '*', 'http/1.1', '192.0.2.1', true],
      true,
      null,
      '',
      ['GET', 'http://other/x', undefined, 'http/1.1', '192.0.2.1', true],
      true,
      null,
      '',
    ]);
  });

  it('the authority of an absolute-form takes the place of Host, in the fields too', async () => {
    const seen: unknown[] = [];
    const { peer } = start((request) => {
      seen.push([new URL(request.url).host, request.headers.get('host')]);
      return respond();
    });
    peer.send('GET http://b:81/ HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await peer.until(/(\r\n\r\n[\s\S]*){2}/);
    expect(seen).toEqual([
      ['b:81', 'b:81'],
      ['a', 'a'],
    ]);
    await peer.close();
  });

  it('answers pipelined requests in order, also when handlers are late', async () => {
    let n = 0;
    const { peer } = start(async (request) => {
      if (n++ === 0) await turns(5);
      return respond(new URL(request.url).pathname);
    });
    peer.send(get('/1') + get('/2') + get('/3', 'Connection: close'));
    expect((await peer.all()).match(/\/\d$|\/\d(?=HTTP)/g)).toEqual(['/1', '/2', '/3']);
    expect(peer.ended).toBe(true);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 205],
    ['GET', 304],
  ])('%s with %d: the body is cancelled and never pulled', async (method, status) => {
    const source = countingSource({ chunkBytes: 10 });
    const stream = body(source);
    const { peer } = start(() =>
      status === 200
        ? respond(stream)
        : ({ status, statusText: '', headers: new Headers(), body: stream } as unknown as Response),
    );
    peer.send(get().replace('GET', method));
    await peer.until(/\r\n\r\n/);
    expect(source.pulls).toBe(0);
    expect(source.cancelled).toBeDefined();
    expect(peer.received.split('\r\n\r\n')[1]).toBe('');
    peer.send(get().replace('GET', method));
    await peer.until(/(\r\n\r\n[\s\S]*){2}/);
  });

  it('joins a head with the chunks that are there, and writes them as one', async () => {
    let n = 0;
    const { peer } = start(() => respond(body({ pull: () => (n++ < 3 ? new Uint8Array([97 + n]) : null) })));
    peer.send(get());
    await peer.read();
    expect(undated(peer.received)).toBe(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n0\r\n\r\n',
    );
  });

  it('sends the head of a body that is late, without waiting', async () => {
    let give = (_chunk: Uint8Array | null): void => {};
    const { peer } = start(() =>
      respond(body({ pull: () => new Promise((resolve) => void (give = resolve)) })),
    );
    peer.send(get());
    await peer.until(/\r\n\r\n/);
    give(new Uint8Array([97]));
    await peer.until(/1\r\na\r\n/);
    give(null);
    expect(await peer.until(/0\r\n\r\n/)).toMatch(/1\r\na\r\n0\r\n\r\n$/);
  });

  it('a 1.0 client gets a body until close, and keep-alive where it asks for it', async () => {
    const { peer } = start((request) =>
      request.url.endsWith('/n') ? respond('hi') : respond(body(['a', 'b'])),
    );
    peer.send('GET /n HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(undated(await peer.until(/hi/))).toMatch(/content-length: 2\r\nconnection: keep-alive\r\n\r\nhi$/);
    peer.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(undated(await peer.all())).toMatch(/\r\nconnection: close\r\n\r\nab$/);
    expect(peer.ended).toBe(true);
  });

  it('trailers: sent after chunks, dropped for 1.0, and received', async () => {
    const { peer } = start(async (request) => {
      const { trailers } =
        request.method === 'POST' ? await collect(bodyOf(request)) : { trailers: new Headers() };
      return respond(
        body('abc', { trailers: new Headers({ 'x-sum': trailers.get('x-in') ?? '6', host: 'no' }) }),
      );
    });
    peer.send(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-in\r\n\r\n1\r\na\r\n0\r\nX-In: 7\r\n\r\n',
    );
    expect(await peer.until(/x-sum/)).toMatch(/chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n$/);
    peer.received = '';
    peer.send('GET / HTTP/1.0\r\n\r\n');
    expect(await peer.all()).toMatch(/content-length: 3\r\nconnection: close\r\n\r\nabc$/);
  });

  it('interim responses', async () => {
    const { peer } = start((_request, info) => {
      info.sendInformational?.(103, { link: '</a>' });
      expect(() => info.sendInformational?.(200)).toThrow(RangeError);
      return respond('x');
    });
    peer.send(get());
    expect(undated(await peer.until(/x$/))).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK/,
    );
  });

  it('Expect: 100-continue is answered at the first read', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n';
    const reads = start(async (request) => respond(await request.text()));
    reads.peer.send(head);
    await reads.peer.until(/HTTP\/1\.1 100 Continue\r\n\r\n/);
    reads.peer.send('abc');
    expect(await reads.peer.until(/abc/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    const ignores = start(() => respond('no'));
    ignores.peer.send(head);
    expect(await ignores.peer.until(/no$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close/);
  });

  it('what comes behind a CONNECT is no request, also when it is refused', async () => {
    const asked: string[] = [];
    const { peer } = start(
      ({ url }) => {
        asked.push(url);
        return respond(null);
      },
      { onConnect: () => respond(null, { status: 407 }) },
    );
    peer.send(`CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n${get('/smuggled')}`);
    expect(undated(await peer.all())).toMatch(/^HTTP\/1\.1 407 [\s\S]*connection: close\r\n\r\n$/);
    expect(asked).toEqual([]);
  });

  it('CONNECT and upgrades are handed over, or 501 and ignored', async () => {
    const plain = start(() => respond('plain'));
    plain.peer.send(get('/', 'Connection: upgrade', 'Upgrade: echo'));
    await plain.peer.until(/plain/);
    plain.peer.send('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await plain.peer.until(/501 Not Implemented/);
    const echo: ServeOptions['onUpgrade'] = () => (duplex) => duplex.readable.pipeTo(duplex.writable);
    const taken = start(() => respond('plain'), { onUpgrade: echo, onConnect: echo });
    // With content it stays HTTP, whenever that comes.
    const offer = ['Connection: upgrade', 'Upgrade: echo', 'Content-Length: 2'];
    taken.peer.send(`${get('/', ...offer)}hi`);
    await taken.peer.until(/plain$/);
    taken.peer.received = '';
    taken.peer.send(get('/', ...offer));
    await taken.peer.until(/plain$/);
    taken.peer.received = '';
    taken.peer.send('hi');
    taken.peer.send(`${get('/', 'Connection: upgrade', 'Upgrade: echo')}early`);
    expect(await taken.peer.until(/early/)).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly',
    );
    taken.peer.send('late');
    await taken.peer.until(/late/);
    await taken.peer.close();
    await taken.peer.all();
    await taken.connection.closed;
  });
});

describe('serveConnection: trailers that come late', () => {
  it('keep no byte of the body back', async () => {
    let give: (trailers: Headers) => void = () => {};
    const trailers = () => new Promise<Headers>((resolve) => void (give = resolve));
    const { peer } = start(() => respond(body('abc', { trailers })));
    peer.send(get());
    expect(await peer.until(/abc/)).toMatch(/\r\n\r\n3\r\nabc\r\n$/);
    give(new Headers({ 'x-sum': '6' }));
    expect(await peer.until(/x-sum/)).toMatch(/0\r\nx-sum: 6\r\n\r\n$/);
  });
});

describe('serveConnection: what goes wrong', () => {
  it('a handler that throws, or answers what can not be sent', async () => {
    const errors: unknown[] = [];
    const answers = [
      () => {
        throw new Error('sync');
      },
      () => Promise.reject(new Error('async')),
      () => undefined as unknown as Response,
      () => respond('x', { headers: { 'transfer-encoding': 'chunked' } }),
      () => respond('x', { headers: { 'x-bad': 'a\r\nb' } }),
    ];
    let n = 0;
    const { peer } = start(() => (answers[n++] as () => Response)(), {
      onError: (error) => errors.push(error),
    });
    for (let i = 1; i <= answers.length; i++) {
      peer.send(get());
      await peer.until(
        new RegExp(`(HTTP/1.1 500 Internal Server Error\\r\\n[\\s\\S]*?content-length: 0\\r\\n\\r\\n){${i}}`),
      );
    }
    expect(errors).toHaveLength(answers.length);
  });

  it.each([0, 1, 2, 5])('a body that fails at chunk %d is cut off', async (at) => {
    for (const async of [false, true]) {
      const errors: unknown[] = [];
      const failure = new Error('broken');
      let completed: unknown;
      const { peer } = start(
        (_request, info) => {
          info.completed.catch((error) => void (completed = error));
          let n = 0;
          const next = () => {
            if (n++ === at) throw failure;
            return new Uint8Array([97]);
          };
          return respond(body({ pull: () => (async ? Promise.resolve().then(next) : next()) }));
        },
        { onError: (error) => errors.push(error) },
      );
      peer.send(get());
      const text = await peer.all();
      expect(text).toMatch(new RegExp(`\\r\\n\\r\\n(1\\r\\na\\r\\n){${at}}$`));
      expect(errors).toEqual([failure]);
      expect(completed).toBe(failure);
    }
  });

  it('a 1.0 body that fails is reset, as its end would look like one', async () => {
    const { peer } = start(() => respond(body({ pull: () => Promise.reject(new Error('broken')) })));
    peer.send('GET / HTTP/1.0\r\n\r\n');
    await peer.all();
    expect(peer.ended).toBe(false);
    expect(peer.failed).toBeDefined();
  });

  it('a declared length that is not met cuts off', async () => {
    for (const pieces of [['a'], ['abc', 'de']]) {
      const { peer } = start(() => respond(body(pieces), { headers: { 'content-length': '3' } }));
      peer.send(get());
      const text = await peer.all();
      expect(text.split('\r\n\r\n')[1]?.length).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['GET / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: %00\r\n\r\n', 400],
    ['GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 421],
    ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n\r\n', 400],
    ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 501],
    ['GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n', 417],
    [`GET / HTTP/1.1\r\nHost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 501],
    ['GET / HTTP/1.1\r\nHo', 400],
  ] as const)('request %# is refused', async (text, status) => {
    const { peer, connection } = start(() => respond('no'), { onConnect: () => () => {} });
    peer.send(text);
    if (text.endsWith('Ho')) peer.close();
    expect(await peer.all()).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*connection: close\\r\\n\\r\\n$`),
    );
    await peer.close();
    await connection.closed;
  });

  it('a malformed body errors with its fault, which is answered', async () => {
    let error: unknown;
    const { peer } = start(async (request) => {
      try {
        return respond(await request.text());
      } catch (fault) {
        error = fault;
        throw fault;
      }
    });
    peer.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nZZ\r\n');
    expect(await peer.all()).toMatch(/^HTTP\/1\.1 400 /);
    expect(error).toMatchObject({ code: 'ERR_PROTOCOL' });
  });

  it('an unread body: a little of it is dropped, much of it ends the connection after the reply', async () => {
    const { peer } = start(() => respond('early'));
    const post = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
    peer.send(`${post(1000)}${'x'.repeat(1000)}${get()}`);
    await peer.until(/early[\s\S]*early/);
    peer.received = '';
    peer.send(post(1_000_000));
    expect(await peer.all()).toMatch(/connection: close\r\n\r\nearly$/);
    expect(peer.ended).toBe(true);
  });

  it('so does a body whose reader has left, and the reply says so (RFC 9112 section 9.6)', async () => {
    const { peer } = start(async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      return respond('enough');
    });
    peer.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc');
    expect(await peer.all()).toMatch(/connection: close\r\n\r\nenough$/);
    expect(peer.ended).toBe(true);
  });

  it('an early reply arrives whole at a client that is still uploading, in one run of chunks', async () => {
    const clock = virtualClock();
    const { peer, connection } = start(() => respond('r'.repeat(100_000)), { clock });
    peer.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    let sent = 0;
    const upload = (async () => {
      for (;;) {
        await peer.send(`8000\r\n${'x'.repeat(0x8000)}\r\n`);
        sent += 0x8000;
        await turns(1);
      }
    })().catch(() => {});
    await peer.until(/r{100000}$/);
    await peer.all();
    expect(peer.ended).toBe(true);
    await clock.advance(5000);
    await upload;
    await connection.closed.catch(() => {});
    expect(sent).toBeGreaterThan(65_536);
    expect(clock.pending).toBe(0);
  });
});

describe('serveConnection: time', () => {
  it('a head that does not come is 408, an idle connection is closed', async () => {
    const clock = virtualClock();
    const slow = start(() => respond('x'), { clock });
    slow.peer.send('GET / HTT');
    await turns();
    await clock.advance(29_999);
    slow.peer.send('P');
    await clock.advance(1);
    expect(await slow.peer.all()).toMatch(/^HTTP\/1\.1 408 /);
    await clock.advance(1000);
    await slow.connection.closed;
    const silent = start(() => respond('x'), { clock });
    await clock.advance(30_000);
    expect(await silent.peer.all()).toBe('');
    await clock.advance(1000);
    await silent.connection.closed;
    const idle = start(() => respond('x'), { clock });
    idle.peer.send(get());
    await idle.peer.until(/x$/);
    await clock.advance(4_999);
    idle.peer.send(get());
    await idle.peer.until(/(\r\n\r\nx[\s\S]*){2}/);
    await clock.advance(5_000);
    await idle.peer.all();
    expect(idle.peer.ended).toBe(true);
    await clock.advance(1000);
    await idle.connection.closed;
    expect(clock.pending).toBe(0);
  });

  it('what has come while the event loop was busy counts, although the timers go first', async () => {
    const clock = virtualClock();
    let give = (_chunk: Uint8Array): void => {};
    let turn = (): void => {};
    let written = '';
    const closed: string[] = [];
    const io: Transport = {
      read: () => new Promise((resolve) => void (give = resolve)),
      write: (chunks) => void (written += Buffer.concat(chunks).toString()),
      close: async () => void closed.push('close'),
      abort: () => void closed.push('abort'),
      closed: new Promise(() => {}),
      soon: (callback) => void (turn = callback),
    };
    serveConnection(io, () => respond('x'), { clock, protocol: 'http/1.1' });
    for (const timeout of [30_000, 5_000, 5_000]) {
      written = '';
      await turns();
      await clock.advance(timeout + 1);
      give(new TextEncoder().encode(get()));
      await turns(1);
      turn();
      await turns();
      expect([undated(written).slice(-5), closed]).toEqual(['\r\n\r\nx', []]);
    }
    await clock.advance(5_001);
    turn();
    await turns();
    expect(closed).toEqual(['close']);
    await clock.advance(1_000);
    turn();
    await turns();
    expect([closed, clock.pending]).toEqual([['close', 'abort'], 0]);
  });

  it('writeTimeout: a peer that takes nothing is cut off', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 1000 });
    const { peer, connection } = start(() => respond(body(source)), { clock, writeTimeout: 1000 });
    await peer.send(get());
    await turns();
    await clock.advance(1000);
    await expect(connection.closed).rejects.toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
    expect(clock.pending).toBe(0);
  });

  it('minRate: an upload that drips is 408', async () => {
    const clock = virtualClock();
    const { peer } = start(async (request) => respond(await request.text()), {
      clock,
      minRate: 1000,
      headersTimeout: 10_000,
    });
    peer.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
    await turns();
    for (let i = 0; i < 10; i++) {
      await clock.advance(1000);
      peer.send('x'.repeat(100));
    }
    await clock.advance(1000);
    expect(await peer.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('serveConnection: loss and close', () => {
  it.each(['reset', 'close'] as const)(
    '%s while the handler never answers: one reason for all',
    async (how) => {
      let signal: AbortSignal | undefined;
      let failed: unknown;
      const { peer, connection } = start((request, info) => {
        signal = request.signal;
        info.completed.catch((error) => void (failed = error));
        return new Promise<Response>(() => {});
      });
      await peer.send(get());
      await turns();
      if (how === 'reset') peer.reset();
      else peer.close();
      await turns();
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      expect(failed).toBe(signal?.reason);
      await expect(connection.closed).rejects.toBe(signal?.reason);
    },
  );

  it('halfClose: a FIN after the request is not a loss', async () => {
    const { peer } = start(
      async () => {
        await turns(5);
        return respond('still');
      },
      { halfClose: true },
    );
    peer.send(get());
    peer.close();
    expect(await peer.all()).toMatch(/still$/);
  });

  it('a loss reaches the request body, the response source and the signal with one reason', async () => {
    const source = countingSource({ chunkBytes: 10, async: true });
    let signal: AbortSignal | undefined;
    let bodyError: unknown;
    const { peer } = start((request) => {
      signal = request.signal;
      request.text().catch((error) => void (bodyError = error));
      return respond(body(source));
    });
    peer.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    await peer.until(/\r\n\r\n/);
    peer.reset();
    await turns();
    expect(source.cancelled?.reason).toBe(signal?.reason);
    expect(bodyError).toBe(signal?.reason);
    expect(signal?.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('a response that comes after the loss is cancelled and never pulled', async () => {
    const source = countingSource({ chunkBytes: 10 });
    let answer = (_response: Response): void => {};
    const { peer } = start(() => new Promise<Response>((resolve) => void (answer = resolve)));
    await peer.send(get());
    peer.reset();
    await turns();
    answer(respond(body(source)));
    await turns();
    expect(source.pulls).toBe(0);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('close() finishes what is open, abort() does not', async () => {
    let answer = (_response: Response): void => {};
    const open = start(() => new Promise<Response>((resolve) => void (answer = resolve)));
    await open.peer.send(get());
    await turns();
    const closed = open.connection.close();
    answer(respond('last'));
    expect(await open.peer.all()).toMatch(/connection: close\r\n\r\nlast$/);
    open.peer.close();
    await closed;
    await open.connection.closed;
    const controller = new AbortController();
    const aborted = start(() => new Promise<Response>(() => {}), { signal: controller.signal });
    await aborted.peer.send(get());
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(aborted.connection.closed).rejects.toBe(reason);
    await aborted.peer.all();
    expect(aborted.peer.ended).toBe(false);
  });

  it('refuses what it can not do', () => {
    const [, io] = rawPair();
    expect(() => serveConnection(io, undefined as unknown as Handler)).toThrow(TypeError);
    expect(() => serveConnection(io, () => respond(''), { highWaterMark: 0 })).toThrow(RangeError);
    expect(() => serveConnection(io, () => respond(''), { protocol: 'h3' as 'h2' })).toThrow(TypeError);
  });
});
