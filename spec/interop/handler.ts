// What every server of the matrix serves.
import { body, bodyOf, iterate } from 'sluice';
import { type Handler, respond, trailersOf } from 'sluice/http';

export const digest = async (bytes: Uint8Array): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Byte i is i modulo 251. */
export const pattern = (size: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i % 251;
  return bytes;
};

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const chunkSize = 60_000;

/** A source of `total` bytes of the pattern that makes a turn before each chunk. */
export const slowly = (total: number, done: { pulled: number }) => {
  const all = pattern(Math.min(total, 1 << 20));
  let at = 0;
  return {
    async pull() {
      await turn();
      if (at >= total) return null;
      const from = at % all.byteLength;
      const chunk = all.subarray(from, Math.min(from + chunkSize, from + total - at));
      at += chunk.byteLength;
      done.pulled = at;
      return chunk;
    },
  };
};

const noted = new Set<string>();
const moved = new Map<string, { pulled: number }>();

export const handler: Handler = async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  const id = searchParams.get('id') ?? '';
  const size = Number(searchParams.get('size') ?? 0);
  const counter = { pulled: 0 };
  moved.set(id, pathname === '/pulled' ? (moved.get(id) ?? counter) : counter);
  switch (pathname) {
    case '/length':
      return respond(body(slowly(size, counter), { byteLength: size }));
    case '/trailers': {
      const trailers = new Headers({ 'x-sum': await digest(pattern(size)) });
      return respond(body(slowly(size, counter), { trailers }));
    }
    case '/sha': {
      const parts: Uint8Array[] = [];
      for await (const part of iterate(bodyOf(request))) parts.push(part.slice());
      const sum = await digest(new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()));
      return respond(`${sum} ${(await trailersOf(request)).get('x-t')}`);
    }
    case '/endless':
      return respond(
        body({
          ...slowly(Number.POSITIVE_INFINITY, counter),
          cancel: () => void noted.add(`cancelled ${id}`),
        }),
      );
    case '/broken': {
      const source = slowly(Number.POSITIVE_INFINITY, counter);
      const pull = () => {
        if (counter.pulled > 200_000) throw new Error('broke');
        return source.pull();
      };
      return respond(body({ pull }));
    }
    case '/upload':
      try {
        for await (const _part of iterate(bodyOf(request)));
        noted.add(`finished ${id}`);
      } catch {
        noted.add(`failed ${id}`);
      }
      return respond('read');
    case '/noted': {
      const what = searchParams.get('what') ?? '';
      const { signal } = request;
      while (!signal.aborted && !noted.has(`${what} ${id}`) && !noted.has(`finished ${id}`)) await turn();
      return respond(noted.has(`${what} ${id}`) ? what : 'finished');
    }
    case '/pulled':
      return respond(String(moved.get(id)?.pulled ?? 0));
    default:
      return respond('nothing here', { status: 404 });
  }
};
