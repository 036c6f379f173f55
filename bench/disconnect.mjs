// Time from a client's disconnect to the cancel of the response's source: p50 and p99 in ms, over HTTP/1.1 and h2c.
// Needs a build: `npm run build && node bench/disconnect.mjs [rounds]`. Kept in results/disconnect.md.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as http2 from 'node:http2';
import { connect } from 'node:net';
import { respond } from 'sluice/http';
import { toNodeListener } from 'sluice/node';

const rounds = Number(process.argv[2] ?? 500);
let cancelled = () => {};

const sources = {
  active: () => ({
    pull: () => new Promise((go) => setImmediate(go, new Uint8Array(1024))),
    cancel: () => cancelled(),
  }),
  idle: () => {
    let first = true;
    const pull = () => {
      if (!first) return new Promise(() => {});
      first = false;
      return new Uint8Array(1024);
    };
    return { pull, cancel: () => cancelled() };
  },
};

const listener = toNodeListener((request) => respond(sources[new URL(request.url).pathname.slice(1)]()));
const h1 = createServer(listener);
const h2 = http2.createServer(listener);
for (const server of [h1, h2]) await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

async function once(protocol, kind) {
  let leave;
  if (protocol === 'http/1.1') {
    const socket = connect(h1.address().port, '127.0.0.1').on('error', () => {});
    socket.write(`GET /${kind} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    leave = () => socket.destroy();
  } else {
    const session = http2.connect(`http://127.0.0.1:${h2.address().port}`).on('error', () => {});
    const stream = session.request({ ':path': `/${kind}` }).on('error', () => {});
    await new Promise((resolve) => stream.once('data', resolve));
    leave = () => stream.close(http2.constants.NGHTTP2_CANCEL, () => session.destroy());
  }
  return new Promise((resolve) => {
    cancelled = () => resolve(performance.now() - began);
    const began = performance.now();
    leave();
  });
}

let text = `# From disconnect to cancel\n\n${rounds} rounds on Node ${process.versions.node}, loopback, ms. ${new Date().toISOString().slice(0, 10)}.\n
| protocol | source | p50 | p99 |\n|---|---|---|---|\n`;
for (const protocol of ['http/1.1', 'h2c']) {
  for (const kind of Object.keys(sources)) {
    const times = [];
    for (let i = 0; i < rounds; i++) times.push(await once(protocol, kind));
    times.sort((a, b) => a - b);
    const at = (p) => times[Math.min(times.length - 1, Math.floor(times.length * p))].toFixed(2);
    text += `| ${protocol} | ${kind} | ${at(0.5)} | ${at(0.99)} |\n`;
  }
}
process.stdout.write(text);
writeFileSync(new URL('./results/disconnect.md', import.meta.url), text);
process.exit(0);
