// What every client of the matrix does with every server. Plain functions: they run in Node, Deno, Bun and workerd.
import { type BodyStream, body, bytes } from 'sluice';
import { trailersOf } from 'sluice/http';
import { digest, patternDigest, slowly } from './handler.ts';

/** One way to send a request: a connection of an adapter, or the runtime's own fetch. */
export interface Client {
  fetch(path: string, init?: { method?: string; body?: BodyStream }): Promise<Response>;
  close(): Promise<void>;
}

export type Open = () => Promise<Client>;

const size = 1 << 20;

const equal = (actual: unknown, expected: unknown): void => {
  if (actual !== expected) throw new Error(`${String(actual)} and not ${String(expected)}`);
};

const broken = () => {
  const counter = { pulled: 0 };
  const source = slowly(Number.POSITIVE_INFINITY, counter);
  return {
    pull() {
      if (counter.pulled > 200_000) throw new Error('broke');
      return source.pull();
    },
  };
};

export const rows: readonly {
  name: string;
  run(open: Open, id: string, long: number, many: number): Promise<void>;
}[] = [
  {
    name: 'download',
    async run(open, _id, long) {
      const client = await open();
      for (const total of [long, size]) {
        const response = await client.fetch(`/length?size=${total}`);
        equal(await digest(await bytes(response.body as ReadableStream)), await patternDigest(total));
      }
      await client.close();
    },
  },
  {
    name: 'trailers down',
    async run(open) {
      const client = await open();
      const response = await client.fetch(`/trailers?size=${size}`);
      const trailers = trailersOf(response);
      const sum = await digest(await bytes(response.body as ReadableStream));
      equal((await trailers).get('x-sum'), sum);
      await client.close();
    },
  },
  {
    name: 'upload',
    async run(open, _id, long) {
      const client = await open();
      const upload = body(slowly(long, { pulled: 0 }), { byteLength: long });
      const response = await client.fetch('/sha', { method: 'POST', body: upload });
      equal((await response.text()).split(' ')[0], await patternDigest(long));
      await client.close();
    },
  },
  {
    name: 'trailers up',
    async run(open) {
      const client = await open();
      const upload = body(slowly(size, { pulled: 0 }), { trailers: new Headers({ 'x-t': 'yes' }) });
      const response = await client.fetch('/sha', { method: 'POST', body: upload });
      equal(await response.text(), `${await patternDigest(size)} yes`);
      await client.close();
    },
  },
  {
    name: 'many',
    async run(open, _id, _long, length) {
      const client = await open();
      const expected = await patternDigest(10_000);
      // At once on HTTP/2, in a row on HTTP/1.1.
      const calls = Array.from({ length }, async () => {
        const upload = body(slowly(10_000, { pulled: 0 }));
        const response = await client.fetch('/sha', { method: 'POST', body: upload });
        equal((await response.text()).split(' ')[0], expected);
      });
      await Promise.all(calls);
      await client.close();
    },
  },
  {
    name: 'cancel',
    async run(open, id) {
      const client = await open();
      const reader = (await client.fetch(`/endless?id=${id}`)).body?.getReader();
      await reader?.read();
      await reader?.cancel('enough');
      const other = await open();
      equal(await (await other.fetch(`/noted?id=${id}&what=cancelled`)).text(), 'cancelled');
      await other.close();
      await client.close();
    },
  },
  {
    name: 'broken download',
    async run(open) {
      const client = await open();
      const response = await client.fetch('/broken');
      const outcome = await bytes(response.body as ReadableStream).then(
        () => 'finished',
        () => 'failed',
      );
      equal(outcome, 'failed');
      await client.close().catch(() => {});
    },
  },
  {
    name: 'broken upload',
    async run(open, id) {
      const client = await open();
      await client.fetch(`/upload?id=${id}`, { method: 'POST', body: body(broken()) }).catch(() => {});
      const other = await open();
      equal(await (await other.fetch(`/noted?id=${id}&what=failed`)).text(), 'failed');
      await other.close();
      await client.close().catch(() => {});
    },
  },
  {
    name: 'stall',
    async run(open, id) {
      const client = await open();
      const reader = (await client.fetch(`/endless?id=${id}`)).body?.getReader();
      await reader?.read();
      const other = await open();
      let last = -1;
      for (let same = 0; same < 50; ) {
        const now = Number(await (await other.fetch(`/pulled?id=${id}`)).text());
        same = now === last ? same + 1 : 0;
        last = now;
      }
      // What the kernel holds for both ends, and what each end may.
      if (last > 24 * (1 << 20)) throw new Error(`${last} bytes pulled`);
      await reader?.cancel('enough');
      await other.close();
      await client.close();
    },
  },
];

/** Milliseconds that a busy machine may take longer: for each MiB, or in all. */
const more: Readonly<Record<string, number>> = { download: 300, upload: 300, many: 7000 };

/** Every row against every server: the error, or nothing. `mebibytes`: the length of the bodies that are compared both ways. */
export async function runRows(
  openTo: (base: string) => Open,
  servers: Readonly<Record<string, string>>,
  name: string,
  mebibytes: number,
): Promise<Record<string, Record<string, string | null>>> {
  const long = mebibytes * size;
  const many = name.endsWith(' h2') ? 100 : 20;
  const results: Record<string, Record<string, string | null>> = {};
  for (const [server, base] of Object.entries(servers)) {
    const row: Record<string, string | null> = {};
    results[server] = row;
    for (const { name: title, run } of rows) {
      const id = encodeURIComponent(`${name} ${server} ${title}`);
      let timer: unknown;
      const time = 3000 + (more[title] ?? 0) * (title === 'many' ? 1 : mebibytes);
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('hangs')), time);
      });
      row[title] = await Promise.race([run(openTo(base), id, long, many), late]).then(
        () => null,
        (error) => String(error),
      );
      clearTimeout(timer as number);
    }
  }
  return results;
}

/** The runtime's own fetch as a client. */
export const ownFetch =
  (base: string): Open =>
  async () => ({
    fetch: (path, init) => fetch(base + path, { ...init, duplex: 'half' } as RequestInit),
    close: async () => {},
  });
