// Serves what is under /offline/ from a handler.
import { body } from 'sluice';
import { toFetchListener } from 'sluice/browser';
import { type Handler, respond } from 'sluice/http';

const log: string[] = [];

const handler: Handler = (request) => {
  switch (new URL(request.url).pathname) {
    case '/offline/page':
      return respond('<p>offline', { headers: { 'content-type': 'text/html' } });
    case '/offline/endless':
      return respond(
        body({
          // A turn for each chunk: WebKit reads on, and would do nothing else.
          pull: () => new Promise((resolve) => setTimeout(resolve, 0, new Uint8Array(1000))),
          cancel: () => void log.push('cancelled'),
        }),
      );
    case '/offline/log':
      return respond(log.join('\n'));
    default:
      return respond('nothing here', { status: 404 });
  }
};

const scope = globalThis as unknown as { clients: { claim(): Promise<void> } } & EventTarget;
scope.addEventListener(
  'fetch',
  toFetchListener(handler, { matches: ({ url }) => new URL(url).pathname.startsWith('/offline/') }),
);
scope.addEventListener('message', () => void scope.clients.claim());
