import { describe, expect, it } from '@jest/globals';
import { openConnection } from '../../lib/http/mod.ts';
import { rawPair, turns } from './raw-peer.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const GOOD = '2\r\nab\r\n1\r\nc\r\n';

describe('a response whose body is broken after a while: what came is read, then the error, however the bytes were cut', () => {
  const wire = `${HEAD}${GOOD}X`;
  const cuts = [
    [],
    [HEAD.length],
    [HEAD.length, HEAD.length + 7],
    [wire.length - 1],
    [...wire].map((_, i) => i),
  ];
  it.each(cuts)('at %p', async (...at) => {
    for (const late of [false, true]) {
      const [peer, io] = rawPair();
      const client = openConnection(io);
      const fetched = client.fetch('/');
      await peer.until(/\r\n\r\n/);
      const sent = (async () => {
        for (const [i, from] of [0, ...at].entries()) await peer.send(wire.slice(from, at[i]));
      })();
      const response = await fetched;
      if (late) await turns();
      const reader = response.body?.getReader();
      let text = '';
      const error = await (async () => {
        for (;;) {
          const read = await reader?.read();
          if (read?.done !== false) return 'the end';
          text += new TextDecoder().decode(read.value);
        }
      })().catch((error) => error);
      await sent;
      expect([text, error.code]).toEqual(['abc', 'ERR_PROTOCOL']);
      await expect(client.closed).rejects.toBe(error);
    }
  });

  it('bytes that were read ahead outlive the connection', async () => {
    const [peer, io] = rawPair();
    const client = openConnection(io);
    const fetched = client.fetch('/');
    await peer.until(/\r\n\r\n/);
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
    const reader = (await fetched).body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(3);
    await peer.send('def');
    await peer.close();
    await expect(client.closed).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect((await reader?.read())?.value).toHaveLength(3);
    await expect(reader?.read()).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });
});
