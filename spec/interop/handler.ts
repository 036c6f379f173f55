// What every server of the matrix serves.
import { body, bodyOf, iterate } from 'sluice';
import { type Handler, respond, trailersOf } from 'sluice/http';

export const digest = async (bytes: Uint8Array): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Whole periods of the pattern, whose byte i is i modulo 251. */
const block = Uint8Array.from({ length: 251 * 4096 }, (_, i) => i % 251);

const digests = new Map<number, Promise<string>>();

/** The digest of so many bytes of the pattern. */
export const patternDigest = (size: number): Promise<string> => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += block.byteLength)
    bytes.set(block.subarray(0, Math.min(block.byteLength, size - at)), at);
  const known = digests.get(size) ?? digest(bytes);
  digests.set(size, known);
  return known;
};

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const chunkSize = 60_000;

/** A source of `total` bytes of the pattern that makes a turn before each chunk, or before every sixteenth of many. */
export const slowly = (total: number, done: { pulled: number }) => {
  const many = total > 1 << 20 && total < Number.POSITIVE_INFINITY;
  let at = 0;
  let chunks = 0;
  return {
    async pull() {
      if (!many || chunks++ % 16 === 0) await turn();
      if (at >= total) return null;
      const from = at % block.byteLength;
      const chunk = block.subarray(from, Math.min(from + chunkSize, from + total - at));
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
      const trailers = new Headers({ 'x-sum': await patternDigest(size) });
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
