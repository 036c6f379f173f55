// 1 GiB over a real HTTP/2 connection, by SHA-256: up and down, against itself, node:http2 and curl. Too long for a
// spec; the record is bench/results/http2-soak.md.
//   node bench/soak/http2.mjs [bytes]
import { spawn } from 'node:child_process';
import { connect as connectH2, createServer } from 'node:http2';
import { digest, sluice, soak, source } from './soak.mjs';

const { serve, connect, respond, body, bodyOf, iterate } = sluice;

const server = await serve(
  async (request) =>
    request.method === 'GET' ? respond(body(source())) : respond(await digest(iterate(bodyOf(request)))),
  { hostname: '127.0.0.1' },
);
const node = createServer((request, response) => {
  if (request.method === 'POST') return void digest(request).then((hash) => response.end(hash));
  const { pull } = source();
  const write = () => {
    for (let part = pull(); part !== null; part = pull())
      if (!response.write(part)) return response.once('drain', write);
    return response.end();
  };
  write();
});
await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve));
const there = `http://127.0.0.1:${node.address().port}/`;

const down = (url) => async () => {
  const connection = await connect(url, { protocol: 'h2' });
  const hash = await digest(iterate(bodyOf(await connection.fetch('/'))));
  await connection.close();
  return hash;
};
const up = (url) => async () => {
  const connection = await connect(url, { protocol: 'h2' });
  const hash = await (await connection.fetch('/', { method: 'POST', body: body(source()) })).text();
  await connection.close();
  return hash;
};
const curl = () =>
  new Promise((resolve, reject) => {
    const child = spawn('curl', ['-s', '--http2-prior-knowledge', server.url]);
    child.on('error', reject);
    digest(child.stdout).then(resolve, reject);
  });
await soak({
  'down: sluice from sluice': down(server.url),
  'up: sluice to sluice': up(server.url),
  'down: sluice from node:http2': down(there),
  'up: sluice to node:http2': up(there),
  'down: node:http2 from sluice': async () => {
    const session = connectH2(server.url);
    const hash = await digest(session.request({ ':path': '/' }));
    session.close();
    return hash;
  },
  'down: curl from sluice': curl,
});
server.abort();
node.close();
