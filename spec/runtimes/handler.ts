// One handler that runs unchanged in every runtime.
import { body, bodyOf, iterate } from 'sluice';
import { type Handler, respond } from 'sluice/http';

const log: string[] = [];

/** What happened, by path: `cancel`, `signal`, whether both had the same reason, `completed`. */
const note = (entry: string): void => void log.push(entry);

export const onError = (error: unknown): void => note(`error ${(error as Error).message}`);

const chunk = new Uint8Array(65_536).fill(65);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export const handler: Handler = async (request, info) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== '/log') {
    info.completed.then(
      () => note(`${pathname} completed`),
      (error) => note(`${pathname} incomplete ${error.code ?? error.message}`),
    );
  }
  const watch = (stall: boolean, total = Number.POSITIVE_INFINITY) => {
    let sent = 0;
    let cancelled = false;
    return {
      async pull() {
        if (cancelled) note(`${pathname} pulled after cancel`);
        if (sent >= total) return null;
        // By a timer: workerd ends requests that wait for nothing.
        if (stall && sent > 0) return new Promise<null>((resolve) => setTimeout(resolve, 600_000, null));
        await turn();
        sent += chunk.byteLength;
        return chunk;
      },
      cancel(reason: unknown) {
        cancelled = true;
        const { signal } = request;
        note(`${pathname} cancelled, same reason: ${signal.aborted && signal.reason === reason}`);
      },
    };
  };
  switch (pathname) {
    case '/text':
      return respond('hello', { headers: { 'x-from': 'sluice' } });
    case '/native':
      return new Response('native');
    case '/native-chunked':
    case '/native-endless': {
      const { signal } = request;
      signal.addEventListener('abort', () => note(`${pathname} aborted ${signal.reason.code}`));
      return new Response(body(watch(false, pathname === '/native-chunked' ? 1 << 20 : undefined)));
    }
    case '/known':
    case '/native-known': {
      const { signal } = request;
      signal.addEventListener('abort', () => note(`${pathname} aborted ${signal.reason.code}`));
      const known = body(watch(false, 1 << 20), { byteLength: 1 << 20 });
      const headers = { 'content-length': String(1 << 20) };
      return pathname === '/known' ? respond(known) : new Response(known, { headers });
    }
    case '/null':
      return respond(null, { status: 204 });
    case '/bytes':
      return respond(body(watch(false, 1 << 20), { byteLength: 1 << 20 }));
    case '/chunked':
      return respond(body(watch(false, 1 << 20)));
    case '/endless':
      return respond(body(watch(false)));
    case '/stalled':
    case '/stalled-fin':
      return respond(body(watch(true)));
    case '/stalled-length':
      return respond(body(watch(true), { byteLength: 1 << 20 }));
    case '/head':
      return respond(body(watch(false), { byteLength: 1 << 30 }));
    case '/head-unknown':
      return respond(body(watch(false)));
    case '/broken':
      return respond(
        body(function* () {
          yield 'some';
          throw new Error('broke');
        }),
      );
    case '/throws':
      throw new Error('thrown');
    case '/upload': {
      let sum = 0;
      let size = 0;
      for await (const part of iterate(bodyOf(request))) {
        size += part.byteLength;
        for (const byte of part) sum = (sum + byte) % 65_521;
      }
      return respond(`${size} ${sum}`);
    }
    case '/info':
      info.waitUntil(Promise.reject(new Error('late')));
      info.waitUntil(undefined as unknown as Promise<void>);
      return respond(
        JSON.stringify({ remote: info.remoteAddress, native: Object.keys(Object(info.native)) }),
      );
    case '/log': {
      const entry = searchParams.get('until') ?? '';
      while (entry !== '' && !log.includes(entry)) await turn();
      return respond(JSON.stringify(log.filter((one) => one.startsWith(searchParams.get('of') ?? ''))));
    }
    default:
      return respond('nothing here', { status: 404 });
  }
};
