import type { Row } from '../contract.ts';
import { check, counted, deferred, watched } from './helpers.ts';

const size = 200_000;

/** HTTP of ours on both ends: what a message keeps. */
export const httpMessageRows: readonly Row[] = [
  {
    name: 'GET gives every byte, and says the length that is known',
    uses: ['wire'],
    async run({ sluice, testing, http, open, wire, equal }) {
      const { client } = await open((request, info) => {
        const { pathname, searchParams } = new URL(request.url);
        equal([request.method, pathname, info.protocol], ['GET', '/a%20b', wire.protocol]);
        const source = testing.countingSource({ chunkBytes: 7000, totalBytes: size });
        const known = searchParams.get('known') === '1';
        return http.respond(sluice.body(source, known ? { byteLength: size } : {}), { status: 203 });
      });
      equal(await client.protocol, wire.protocol);
      for (const known of [0, 1]) {
        const response = await client.fetch(`/a%20b?known=${known}`);
        equal([response.status, response.headers.get('content-length')], [203, known ? `${size}` : null]);
        const stream = sluice.bodyOf(response);
        equal(stream.byteLength, known ? size : undefined, 'byteLength');
        equal(await check(stream.getReader()), size);
      }
    },
  },
  {
    name: 'POST is echoed: every byte, the length, and fields of both heads',
    uses: ['wire'],
    async run({ sluice, testing, http, open, equal }) {
      const { client } = await open((request) => {
        const stream = sluice.bodyOf(request);
        const headers = { 'x-from': request.headers.get('x-to') ?? '', 'x-length': `${stream.byteLength}` };
        return http.respond(stream, { headers });
      });
      for (const byteLength of [undefined, size]) {
        const source = testing.countingSource({ chunkBytes: 9000, totalBytes: size });
        const body = sluice.body(source, { byteLength });
        const response = await client.fetch('/', { method: 'POST', body, headers: { 'x-to': 'me' } });
        equal([response.headers.get('x-from'), response.headers.get('x-length')], ['me', `${byteLength}`]);
        const echo = sluice.bodyOf(response);
        equal(echo.byteLength, byteLength);
        equal(await check(echo.getReader()), size);
      }
    },
  },
  {
    name: "a Request of the runtime's is sent with its method, its fields and its body",
    uses: ['wire'],
    async run({ http, open, equal }) {
      const { client } = await open(async (request) => {
        const { method, headers } = request;
        return http.respond(`${method} ${headers.get('x-to')} ${await request.text()}`);
      });
      const headers = { 'x-to': 'me' };
      const got = await client.fetch(new Request('http://localhost/', { headers }));
      equal(await got.text(), 'GET me ');
      const init = { method: 'PUT', headers, body: 'text' };
      const put = await client.fetch(new Request('http://localhost/', init));
      equal(await put.text(), 'PUT me text');
    },
  },
  {
    name: 'trailers come both ways, also those that are known at the end only',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const { client } = await open(async (request) => {
        const { trailers } = await sluice.collect(sluice.bodyOf(request));
        const sum = new Headers({ 'x-sum': `${trailers.get('x-sum')} back` });
        return http.respond(sluice.body('abc', { trailers: async () => sum }));
      });
      for (const n of [1, 2]) {
        const { sender, body } = sluice.channel({ highWaterMark: 100 });
        const fetched = client.fetch('/', { method: 'POST', body });
        sender.send('abc');
        sender.close(new Headers({ 'x-sum': `${n}` }));
        const response = await fetched;
        const trailers = http.trailersOf(response);
        equal((await sluice.collect(sluice.bodyOf(response))).text(), 'abc');
        equal([...(await trailers)], [['x-sum', `${n} back`]]);
      }
    },
  },
  {
    name: 'an echo chunk by chunk: no end has to come before the other begins',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const { client } = await open((request) => http.respond(sluice.bodyOf(request)));
      const { sender, body } = sluice.channel({ highWaterMark: 100 });
      const fetched = client.fetch('/', { method: 'POST', body });
      await sender.send('0');
      const reader = sluice.bodyOf(await fetched).getReader();
      equal((await reader.read()).value, [48]);
      for (const n of [1, 2, 3]) {
        await sender.send(`${n}`);
        equal((await reader.read()).value, [48 + n]);
      }
      sender.close();
      equal((await reader.read()).done, true);
    },
  },
  {
    name: 'requests at once each get their own body',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const { client } = await open(async (request) => http.respond(await request.text()));
      const texts = await Promise.all(
        Array.from({ length: 8 }, async (_, n) => {
          const response = await client.fetch('/', { method: 'POST', body: `number ${n}` });
          return (await sluice.collect(sluice.bodyOf(response))).text();
        }),
      );
      equal(
        texts,
        texts.map((_, n) => `number ${n}`),
      );
    },
  },
  {
    name: "a plain Response over a BodyStream, one over text, and the runtime's own streams",
    uses: ['wire'],
    async run({ sluice, open, equal }) {
      const given: Record<string, () => BodyInit | null> = {
        '/body': () => sluice.body(['a', 'b']),
        '/text': () => 'ab',
        '/blob': () => new Blob(['ab']),
        '/stream': () => sluice.body(new Response('ab').body ?? ''),
        '/none': () => null,
      };
      const { client } = await open((request) => new Response(given[new URL(request.url).pathname]?.()));
      for (const path of Object.keys(given)) {
        const response = await client.fetch(path);
        equal(await response.text(), path === '/none' ? '' : 'ab', path);
      }
    },
  },
  {
    name: 'a body that is never sent, as the answer to HEAD, is cancelled and not pulled',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const from = counted(10, 5);
      const source = watched(from);
      const { client } = await open(() => http.respond(sluice.body(source, { byteLength: 50 })));
      const response = await client.fetch('/', { method: 'HEAD' });
      equal([response.headers.get('content-length'), await response.text()], ['50', '']);
      await source.cancelled;
      equal([from.pulls, from.reasons.length], [0, 1]);
    },
  },
  {
    name: 'interim responses come before the response',
    uses: ['wire'],
    async run({ http, open, equal }) {
      const { client } = await open((_request, info) => {
        info.sendInformational?.(103, { link: '</a>' });
        return http.respond('done');
      });
      const seen: unknown[] = [];
      const onInformational = (status: number, headers: Headers) => seen.push([status, headers.get('link')]);
      const response = await client.fetch('/', { onInformational });
      equal([await response.text(), seen], ['done', [[103, '</a>']]]);
    },
  },
  {
    name: 'a handler that throws answers 500 without a body, and the connection lives on',
    uses: ['wire'],
    async run({ http, open, equal, same }) {
      const thrown = new Error('oops');
      const heard = deferred<unknown>();
      const handler = (request: Request): Response => {
        if (new URL(request.url).pathname === '/throw') throw thrown;
        return http.respond('fine');
      };
      const { client } = await open(handler, { serve: { onError: heard.resolve } });
      const response = await client.fetch('/throw');
      equal([response.status, await response.text()], [500, '']);
      same(await heard.promise, thrown);
      equal(await (await client.fetch('/')).text(), 'fine');
    },
  },
  {
    name: 'completed fulfils, and the signal stays quiet, when a response has gone out',
    uses: ['wire'],
    async run({ http, open, equal }) {
      const completed = deferred<unknown>();
      let signal: AbortSignal | undefined;
      const { client, server } = await open((request, info) => {
        signal = request.signal;
        info.completed.then(() => completed.resolve('fulfilled'), completed.resolve);
        return http.respond('done');
      });
      equal(await (await client.fetch('/')).text(), 'done');
      equal(await completed.promise, 'fulfilled');
      await client.close();
      await server.close();
      equal([signal?.aborted, await client.closed.then(() => 'closed')], [false, 'closed']);
    },
  },
  {
    name: 'messages are of the classes that were asked for, on both ends',
    uses: ['wire', 'fetch'],
    async run({ sluice, http, open, fetch, equal }) {
      const { Request, Response, Headers } = fetch;
      const fetchAPI = { Request, Response, Headers };
      const { client } = await open(
        async (request) => {
          equal([request instanceof Request, request.headers instanceof Headers], [true, true]);
          const { pathname } = new URL(request.url);
          const twice = (await request.clone().text()) + (await request.text());
          const headers = new Headers({ 'x-twice': `${twice.length}` });
          if (pathname === '/plain') return new Response(twice, { headers });
          if (pathname === '/none') return new Response(null, { status: 204, headers });
          if (pathname === '/stream') return new Response(sluice.body([twice, '!']), { headers });
          const trailers = new Headers({ 'x-end': 'yes' });
          return http.respond(sluice.body([twice, '!'], { trailers }), { headers }, fetchAPI);
        },
        { serve: { fetchAPI }, connect: { fetchAPI } },
      );
      for (const [path, text] of [
        ['/plain', 'hihi'],
        ['/none', ''],
        ['/stream', 'hihi!'],
        ['/respond', 'hihi!'],
      ] as const) {
        const request = new Request('http://localhost/', { method: 'POST', body: 'hi' });
        const given = path === '/plain' ? new Request(new URL(path, 'http://localhost'), request) : path;
        const response = await client.fetch(given, { method: 'POST', body: 'hi' });
        equal([response instanceof Response, response.headers instanceof Headers], [true, true], path);
        equal([response.headers.get('x-twice'), await response.clone().text()], ['4', text], path);
        equal(await response.text(), text, path);
        const end = (await http.trailersOf(response)).get('x-end');
        equal(end, path === '/respond' ? 'yes' : null, path);
      }
    },
  },
];
