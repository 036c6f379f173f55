// 1 GiB over a real connection, by SHA-256: up and down, fixed length, chunked and until close, over TCP and TLS, against itself,
// node:http, node:https and curl. Too long for a spec; the record is bench/results/http1-soak.md.
//   node bench/soak/http1.mjs [bytes]
import { spawn } from 'node:child_process';
import { createServer, get } from 'node:http';
import { get as getSecure } from 'node:https';
import { ca, digest, sluice, soak, source, tls, total } from './soak.mjs';

const { serve, connect, respond, body, bodyOf, iterate } = sluice;

const handler = async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === '/length') return respond(body(source(), { byteLength: total }));
  if (pathname === '/chunked') return respond(body(source()));
  return respond(await digest(iterate(bodyOf(request))));
};
const server = await serve(handler, { hostname: '127.0.0.1' });
const secure = await serve(handler, { hostname: '127.0.0.1', tls });
const node = createServer((req, res) => {
  digest(req).then((text) => res.end(text));
});
await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve));

const curl = (...args) =>
  new Promise((resolve, reject) => {
    const child = spawn('curl', ['-sS', ...args], { stdio: ['ignore', 'pipe', 'inherit'] }).on(
      'error',
      reject,
    );
    digest(child.stdout).then(resolve, reject);
  });
/** One connection for each task: the server closes those that idle. */
const over = async (task, to = server) => {
  const connection = await connect(to.url, { ca, protocol: 'http/1.1' });
  const result = await task(connection);
  await connection.close();
  return result;
};
const upload = async (to, init) => (await to.fetch('/up', { method: 'POST', ...init })).text();
await soak({
  'down, length, connect': () => over(async (to) => digest(iterate((await to.fetch('/length')).body))),
  'down, chunked, connect': () => over(async (to) => digest(iterate((await to.fetch('/chunked')).body))),
  'down, chunked, fetch': async () => digest((await fetch(`${server.url}chunked`)).body),
  'down, length, http.get': () =>
    new Promise((resolve) => get(`${server.url}length`, (res) => resolve(digest(res)))),
  'down, until close, curl 1.0': () => curl('--http1.0', `${server.url}chunked`),
  'up, length, connect': () => over((to) => upload(to, { body: body(source(), { byteLength: total }) })),
  'up, chunked, connect': () => over((to) => upload(to, { body: body(source()) })),
  'up, chunked, fetch': async () =>
    (await fetch(`${server.url}up`, { method: 'POST', body: body(source()), duplex: 'half' })).text(),
  'up, chunked, connect to node:http': async () => {
    const to = await connect(`http://127.0.0.1:${node.address().port}`);
    const text = await upload(to, { body: body(source()) });
    await to.close();
    return text;
  },
  'down, length, connect, TLS': () =>
    over(async (to) => digest(iterate((await to.fetch('/length')).body)), secure),
  'down, chunked, https.get': () =>
    new Promise((resolve) => getSecure(`${secure.url}chunked`, { ca }, (res) => resolve(digest(res)))),
  'down, until close, curl 1.0, TLS': () => curl('--http1.0', '-k', `${secure.url}chunked`),
  'up, chunked, connect, TLS': () => over((to) => upload(to, { body: body(source()) }), secure),
});
await server.close();
await secure.close();
node.close();
