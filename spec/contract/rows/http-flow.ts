import type { Env, Row } from '../contract.ts';
import { counted, deferred, readAll, watched } from './helpers.ts';

const chunk = 10_000;
/** What the two ends may hold: the read-ahead of each and the chunks in hand; the rest is in the kernel's buffers. */
const held = (wire: Env['wire']): number => (wire.sockets ? 24 << 20 : 2 * 65_536 + 4 * chunk);

/** Settles until nothing more is pulled. */
async function rest(from: { pulls: number }, { wire, settle }: Env): Promise<void> {
  for (let quiet = 0, last = -1; quiet < (wire.sockets ? 20 : 3); ) {
    await settle();
    quiet = from.pulls === last ? quiet + 1 : 0;
    last = from.pulls;
  }
}

/** HTTP of ours on both ends: demand, cancels and errors cross the connection. */
export const httpFlowRows: readonly Row[] = [
  {
    name: 'a download that stalls stops its source, and goes on when it is read',
    uses: ['wire'],
    async run(env) {
      const { sluice, http, open, wire, equal } = env;
      const from = counted(chunk, 5000, 'silence');
      const { client } = await open(() => http.respond(sluice.body(watched(from))));
      const reader = sluice.bodyOf(await client.fetch('/')).getReader();
      let read = (await reader.read()).value?.byteLength ?? 0;
      await rest(from, env);
      equal(from.bytes - read <= held(wire), true, `${from.bytes} bytes pulled for ${read}`);
      const before = from.bytes;
      while (read < before) read += (await reader.read()).value?.byteLength ?? 0;
      await reader.cancel();
    },
  },
  {
    name: 'an upload that nobody reads stops its source, and goes on when it is read',
    uses: ['wire'],
    async run(env) {
      const { sluice, http, open, wire, equal } = env;
      const from = counted(chunk, 5000, 'silence');
      const called = deferred<Request>();
      const { client } = await open((request) => {
        called.resolve(request);
        return new Promise<Response>((_, reject) =>
          request.signal.addEventListener('abort', () => reject(request.signal.reason)),
        );
      });
      client.fetch('/', { method: 'POST', body: sluice.body(watched(from)) }).catch(() => {});
      const request = await called.promise;
      await rest(from, env);
      equal(from.bytes <= held(wire), true, `${from.bytes} bytes pulled`);
      const before = from.bytes;
      const reader = sluice.bodyOf(request).getReader();
      for (let read = 0; read < before + chunk; ) read += (await reader.read()).value?.byteLength ?? 0;
      http.trailersOf(request).catch(() => {});
    },
  },
  {
    name: 'a cancelled response reaches its source once and ends its pulls',
    uses: ['wire'],
    async run(env) {
      const { sluice, http, open, equal } = env;
      for (const end of ['silence', 'end'] as const) {
        // Silence: the cancel comes while a pull is pending.
        const from = counted(chunk, end === 'silence' ? 1 : 5000, end);
        const source = watched(from);
        const signal = deferred<AbortSignal>();
        const { client } = await open((request) => {
          signal.resolve(request.signal);
          return http.respond(sluice.body(source));
        });
        const reader = sluice.bodyOf(await client.fetch('/')).getReader();
        await reader.read();
        await reader.cancel(new Error('enough'));
        const reason = await source.cancelled;
        const { pulls } = from;
        const { aborted, reason: told } = await signal.promise;
        equal([aborted, told === reason], [true, true], 'the signal has the reason of the cancel');
        await rest(from, env);
        equal([from.pulls, from.reasons.length], [pulls, 1], end);
      }
    },
  },
  {
    name: 'a request body whose reader leaves cancels the upload, and the reply comes',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const from = counted(chunk, 5000, 'silence');
      const source = watched(from);
      const { client } = await open(async (request) => {
        const reader = sluice.bodyOf(request).getReader();
        await reader.read();
        await reader.cancel('enough');
        return http.respond('early', { status: 413 });
      });
      const response = await client.fetch('/', { method: 'POST', body: sluice.body(source) });
      equal([response.status, await response.text()], [413, 'early']);
      await source.cancelled;
      equal(from.reasons.length, 1);
    },
  },
  {
    name: 'an early reply comes while the upload is open',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const from = counted(chunk, 1, 'silence');
      const source = watched(from);
      const { client } = await open(() => http.respond('early', { status: 413 }));
      const response = await client.fetch('/', { method: 'POST', body: sluice.body(source) });
      equal([response.status, await response.text()], [413, 'early']);
      await source.cancelled;
      equal(from.reasons.length, 1);
    },
  },
  {
    name: 'a response body that breaks gives what came, and then an error',
    uses: ['wire'],
    async run({ sluice, http, open, equal, same }) {
      for (const byteLength of [undefined, 10 * chunk]) {
        const broke = new Error('broke');
        const heard = deferred<unknown>();
        const handler = () =>
          http.respond(sluice.body(watched(counted(chunk, 3, { error: broke })), { byteLength }));
        const { client } = await open(handler, { serve: { onError: heard.resolve } });
        const response = await client.fetch('/');
        const { bytes, error } = await readAll(sluice.bodyOf(response).getReader());
        const code = (error as { code?: string } | undefined)?.code;
        equal(code === 'ERR_STREAM_RESET' || code === 'ERR_CONNECTION_LOST', true, `failed with ${error}`);
        equal(bytes <= 3 * chunk, true, 'no more than was sent');
        same(await heard.promise, broke, 'what onError hears');
      }
    },
  },
  {
    name: 'an upload that breaks fails the reader there, and the call here with its own error',
    uses: ['wire'],
    async run({ sluice, http, open, equal, same, rejection }) {
      const broke = new Error('broke');
      const begun = deferred();
      const read = deferred<{ bytes: number; error?: unknown }>();
      const { client } = await open(async (request) => {
        begun.resolve();
        read.resolve(await readAll(sluice.bodyOf(request).getReader()));
        return http.respond('late');
      });
      const from = counted(chunk, 3, { error: broke });
      // A request of which nothing has left would never be seen.
      const pull = () => (from.pulls < 3 ? from.pull() : begun.promise.then(() => from.pull()));
      const body = sluice.body(watched({ ...from, pull }));
      same(await rejection(client.fetch('/', { method: 'POST', body })), broke);
      const { error } = await read.promise;
      equal(error instanceof Error, true, 'it never looks finished');
    },
  },
  {
    name: 'a client that is gone: the signal, the request body and the source share one reason',
    uses: ['wire'],
    async run({ sluice, http, open, equal, same }) {
      const from = counted(chunk, 1, 'silence');
      const source = watched(from);
      const called = deferred<{ request: Request; upload: Promise<{ error?: unknown }> }>();
      const { client } = await open((request) => {
        called.resolve({ request, upload: readAll(sluice.bodyOf(request).getReader()) });
        return http.respond(sluice.body(source));
      });
      const up = watched(counted(chunk, 1, 'silence'));
      const response = await client.fetch('/', { method: 'POST', body: sluice.body(up) });
      const download = sluice.bodyOf(response).getReader();
      await download.read();
      const { request, upload } = await called.promise;
      const gone = new Error('gone');
      client.abort(gone);
      const reason = await source.cancelled;
      equal([request.signal.aborted, from.reasons.length], [true, 1]);
      same(request.signal.reason, reason, 'the signal');
      same((await upload).error, reason, 'the request body');
      same((await readAll(download)).error, gone, 'the response body');
      same(await up.cancelled, gone, 'the upload');
    },
  },
  {
    name: 'a server that is gone: the response body and the upload fail',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const { client, server } = await open(() =>
        http.respond(sluice.body(watched(counted(chunk, 1, 'silence')))),
      );
      const up = watched(counted(chunk, 1, 'silence'));
      const response = await client.fetch('/', { method: 'POST', body: sluice.body(up) });
      const reader = sluice.bodyOf(response).getReader();
      await reader.read();
      server.abort(new Error('gone'));
      const { error } = await readAll(reader);
      equal((error as { name?: string } | undefined)?.name, 'ConnectionLostError');
      await up.cancelled;
      equal(
        await client.closed.then(
          () => 'clean',
          () => 'lost',
        ),
        'lost',
      );
    },
  },
  {
    name: 'close waits for what is open',
    uses: ['wire'],
    async run({ sluice, http, open, equal }) {
      const { sender, body } = sluice.channel({ highWaterMark: 100 });
      const { client, server } = await open(() => http.respond(body));
      await sender.send('a');
      const response = await client.fetch('/');
      const closed = server.close();
      await sender.send('b');
      sender.close();
      equal((await sluice.collect(sluice.bodyOf(response))).text(), 'ab');
      await client.close();
      await closed;
    },
  },
];
