// Serves a page that reads a large body with progress, cancel and hand-over to a worker.
//   npm run build && node examples/browser/serve.mjs, and open http://127.0.0.1:8789/
import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { body } from 'sluice';
import { respond } from 'sluice/http';
import { fromNodeReadable, serve } from 'sluice/node';

const root = new URL('../../', import.meta.url);
const size = Number(process.env.MIB ?? 512) * 1024 * 1024;
const types = { html: 'text/html', mjs: 'text/javascript', js: 'text/javascript' };

/** So many bytes, made as the page reads them. */
function* large() {
  for (let left = size; left > 0; left -= 65_536) yield new Uint8Array(65_536);
}

const server = await serve(
  (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/large') return respond(body(large, { byteLength: size }));
    const path = pathname === '/' ? '/examples/browser/index.html' : pathname;
    const type = types[/^\/(?:examples\/browser|dist)\/[\w/-]+\.(\w+)$/.exec(path)?.[1]];
    const file = fileURLToPath(new URL(`.${path}`, root));
    if (type === undefined || !existsSync(file)) return respond('Not here\n', { status: 404 });
    return respond(fromNodeReadable(createReadStream(file)), { headers: { 'content-type': type } });
  },
  { port: Number(process.env.PORT ?? 8789), hostname: '127.0.0.1' },
);
console.log(server.url.replace('localhost', '127.0.0.1'));
