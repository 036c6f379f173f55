import { describe, expect, it } from '@jest/globals';
import { respond } from '../../lib/http/mod.ts';
import { body, bodyOf, channel, iterate } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { ends } from '../helpers/h2-ends.ts';

const { both } = ends();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each(['http/1.1', 'h2'] as const)('an upload that outlives its response, over %s', (protocol) => {
  /** A response that is complete while the server goes on reading. */
  const start = async (upload: BodyInit, signal?: AbortSignal) => {
    const read: Promise<unknown>[] = [];
    const ended: unknown[] = [];
    const { client } = both(
      (request, info) => {
        const all = (async () => {
          const reader = request.body?.getReader();
          while (!(await reader?.read())?.done);
        })();
        all.then(
          () => ended.push('whole'),
          (error) => ended.push(error.code),
        );
        info.waitUntil(all.catch(() => {}));
        read.push(all);
        return respond('early');
      },
      {},
      { protocol },
    );
    const init = { method: 'POST', body: upload, ...(signal && { signal }) };
    const response = await client.fetch('/', init);
    expect(await response.text()).toBe('early');
    return { client, ended };
  };

  it('goes on, and ends', async () => {
    const source = countingSource({ chunkBytes: 1000, totalBytes: 300_000, async: true });
    const { client, ended } = await start(body(source));
    await client.close();
    for (let n = 0; n < 100 && ended.length === 0; n++) await turn();
    expect([ended, source.bytes, source.cancelled]).toEqual([['whole'], 300_000, undefined]);
  });

  it('is cancelled by the signal', async () => {
    const source = countingSource({ chunkBytes: 1000, async: true });
    const controller = new AbortController();
    const { client, ended } = await start(body(source), controller.signal);
    controller.abort('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
    for (let n = 0; n < 100 && ended.length === 0; n++) await turn();
    expect(['ERR_CONNECTION_LOST', 'ERR_STREAM_RESET']).toContain(ended[0]);
    client.abort();
  });

  it('that fails lets the connection close', async () => {
    let n = 0;
    const failing = {
      pull: async () => {
        await turn();
        if (n++ > 3) throw new Error('broken');
        return new Uint8Array(10);
      },
    };
    const { client, ended } = await start(body(failing));
    for (let i = 0; i < 100 && ended.length === 0; i++) await turn();
    expect(['ERR_CONNECTION_LOST', 'ERR_STREAM_RESET', 'ERR_PROTOCOL']).toContain(ended[0]);
    await client.close();
  });
});

describe.each(['http/1.1', 'h2'] as const)('headersTimeout over %s', (protocol) => {
  it('runs from the end of the upload, however long that takes', async () => {
    const clock = virtualClock();
    const { sender, body: upload } = channel({ highWaterMark: 1024 });
    const read: string[] = [];
    const never = new Promise<Response>(() => {});
    const { client } = both(
      async (request) => {
        for await (const chunk of iterate(bodyOf(request))) read.push(new TextDecoder().decode(chunk));
        return never;
      },
      {},
      { protocol, clock, headersTimeout: 1000 },
    );
    let failure: unknown;
    const call = client.fetch('/', { method: 'POST', body: upload });
    call.catch((error) => {
      failure = error.code;
    });
    for (const part of ['a', 'b', 'c']) {
      await sender.send(part);
      await clock.advance(900);
    }
    expect([read, failure]).toEqual([['a', 'b', 'c'], undefined]);
    sender.close();
    await turn();
    await clock.advance(999);
    expect(failure).toBeUndefined();
    await clock.advance(1);
    await turn();
    expect([failure, clock.pending]).toEqual(['ERR_DEADLINE', 0]);
  });
});
