import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { body, bodyOf, iterate } from 'sluice';
import { proxyResponse, respond } from 'sluice/http';
import { fromNodeReadable } from 'sluice/node';

/**
 * What `npm start` serves. `watch` is told of every body, to show how it moves.
 *
 * @param {(name: string, stream: import('sluice').BodyStream) => import('sluice').BodyStream} watch
 * @returns {import('sluice/http').Handler}
 */
export function examples(watch) {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case '/file': {
        // A large file that every machine has: the Node executable.
        const { size } = await stat(process.execPath);
        const file = fromNodeReadable(createReadStream(process.execPath), { byteLength: size });
        return respond(watch('file', file), { headers: { 'content-type': 'application/octet-stream' } });
      }
      case '/generator':
        return respond(watch('generator', body(numbers())), { headers: { 'content-type': 'text/plain' } });
      case '/events':
        return respond(watch('events', body(ticks)), {
          headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
        });
      case '/upload': {
        const hash = createHash('sha256');
        const upload = watch('upload', bodyOf(request));
        for await (const chunk of iterate(upload)) hash.update(chunk);
        return respond(`${hash.digest('hex')}  ${upload.stats.delivered} bytes\n`);
      }
      case '/proxy': {
        const url = searchParams.get('url') ?? new URL('/file', request.url).href;
        if (!URL.canParse(url)) return respond('Try /proxy?url=https://…\n', { status: 400 });
        let upstream;
        try {
          upstream = await fetch(url, { signal: request.signal });
        } catch (error) {
          return respond(`${url}: ${error.cause?.message || error.message}\n`, { status: 502 });
        }
        const passed = proxyResponse(upstream);
        const { status, statusText, headers } = passed;
        return respond(watch('proxy', bodyOf(passed)), { status, statusText, headers });
      }
      default:
        return respond('Not here. Try /file, /generator, /events, /upload or /proxy?url=…\n', {
          status: 404,
        });
    }
  };
}

/** Without end; each chunk is made when someone reads it. */
function* numbers() {
  for (let n = 0; ; n += 1000) {
    yield Array.from({ length: 1000 }, (_, i) => `${n + i}\n`).join('');
  }
}

/** Server-sent events, one a second, until the client leaves. */
async function* ticks({ signal }) {
  for (let id = 1; ; id++) {
    yield `id: ${id}\ndata: ${new Date().toISOString()}\n\n`;
    await sleep(1000, undefined, { signal });
  }
}
