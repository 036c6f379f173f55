// 1 GiB over a real HTTP/2 connection, by SHA-256: up and down, over TCP and TLS, against itself, node:http2 and curl.
// Too long for a spec; the record is bench/results/http2-soak.md.
//   node bench/soak/http2.mjs [bytes]
import { spawn } from 'node:child_process';
import { connect as connectH2, createSecureServer, createServer } from 'node:http2';
import { ca, digest, sluice, soak, source, tls } from './soak.mjs';

const { serve, connect, respond, body, bodyOf, iterate } = sluice;

const handler = async (request) =>
  request.method === 'GET' ? respond(body(source())) : respond(await digest(iterate(bodyOf(request))));
const server = await serve(handler, { hostname: '127.0.0.1' });
const secure = await serve(handler, { hostname: '127.0.0.1', tls });
const listener = (request, response) => {
  if (request.method === 'POST') return void digest(request).then((hash) => response.end(hash));
  const { pull } = source();
  const write = () => {
    for (let part = pull(); part !== null; part = pull())
      if (!response.write(part)) return response.once('drain', write);
    return response.end();
  };
  write();
};
const [node, nodeSecure] = [createServer(listener), createSecureServer(tls, listener)];
for (const one of [node, nodeSecure]) await new Promise((resolve) => one.listen(0, '127.0.0.1', resolve));
const there = `http://127.0.0.1:${node.address().port}/`;
const thereSecure = `https://127.0.0.1:${nodeSecure.address().port}/`;

const down = (url) => async () => {
  const connection = await connect(url, { ca, protocol: 'h2' });
  const hash = await digest(iterate(bodyOf(await connection.fetch('/'))));
  await connection.close();
  return hash;
};
const up = (url) => async () => {
  const connection = await connect(url, { ca, protocol: 'h2' });
  const hash = await (await connection.fetch('/', { method: 'POST', body: body(source()) })).text();
  await connection.close();
  return hash;
};
const curl = (...args) =>
  new Promise((resolve, reject) => {
    const child = spawn('curl', ['-s', ...args]);
    child.on('error', reject);
    digest(child.stdout).then(resolve, reject);
  });
const nodeDown = (url) => async () => {
  const session = connectH2(url, { ca });
  const hash = await digest(session.request({ ':path': '/' }));
  session.close();
  return hash;
};
await soak({
  'down: sluice from sluice': down(server.url),
  'up: sluice to sluice': up(server.url),
  'down: sluice from node:http2': down(there),
  'up: sluice to node:http2': up(there),
  'down: node:http2 from sluice': nodeDown(server.url),
  'down: curl from sluice': () => curl('--http2-prior-knowledge', server.url),
  'down: sluice from sluice, TLS': down(secure.url),
  'up: sluice to sluice, TLS': up(secure.url),
  'down: sluice from node:http2, TLS': down(thereSecure),
  'up: sluice to node:http2, TLS': up(thereSecure),
  'down: node:http2 from sluice, TLS': nodeDown(secure.url),
  'down: curl from sluice, TLS': () => curl('--http2', '-k', secure.url),
});
server.abort();
secure.abort();
node.close();
nodeSecure.close();
