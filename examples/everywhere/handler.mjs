// One handler for every runtime: node.mjs, deno.mjs, bun.mjs, worker.mjs and service-worker.mjs beside it serve this file as it is.
//   /events       server-sent events, one a second, until the client leaves
//   /proxy?url=…  the body of another URL, as fast as the client reads it
import { encodeSse, pipe } from 'sluice';
import { proxyResponse, respond } from 'sluice/http';

/** @type {import('sluice/http').Handler} */
export const handler = async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.endsWith('/events'))
    return respond(pipe(ticks, encodeSse()), {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  if (pathname.endsWith('/proxy')) {
    const url = searchParams.get('url') ?? '';
    if (!URL.canParse(url)) return respond('Try /proxy?url=https://…\n', { status: 400 });
    return proxyResponse(await fetch(url, { signal: request.signal }));
  }
  return respond('Try /events or /proxy?url=…\n', { status: 404 });
};

/** @param {{ signal: AbortSignal }} context */
async function* ticks({ signal }) {
  for (let id = 1; ; id++) {
    yield { id: String(id), event: 'tick', data: new Date().toISOString() };
    await wait(1000, signal);
  }
}

/** Rejects as soon as the client leaves: a generator that waits can't be ended otherwise. */
function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop);
  });
}
