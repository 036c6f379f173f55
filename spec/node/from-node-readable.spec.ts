import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fromNodeReadable } from '../../adapters/node/mod.ts';
import { bytes, collect } from '../../lib/mod.ts';
import { modes, old, oldOptions, producer, rest } from './node-streams.ts';

describe('fromNodeReadable', () => {
  it.each(modes)(
    'slack of a consumer that stalls after one chunk: chunks of $chunk, highWaterMark $hwm',
    async ({ chunk, hwm }) => {
      for (const async of [false, true]) {
        const { readable, state } = producer(chunk, { async });
        const stream = fromNodeReadable(readable, { highWaterMark: hwm });
        await rest();
        expect(state.bytes).toBe(0);
        const reader = stream.getReader();
        await reader.read();
        await rest(200);
        expect(state.bytes).toBeLessThanOrEqual(hwm + readable.readableHighWaterMark + 2 * chunk);
        await reader.cancel();
        expect(readable.destroyed).toBe(true);
      }
    },
  );

  it('reads bytes and text to the end', async () => {
    expect((await collect(fromNodeReadable(Readable.from([Buffer.from('hé'), 'llo'])))).text()).toBe('héllo');
    const text = new PassThrough({ encoding: 'utf8' });
    text.end('héllo');
    expect((await collect(fromNodeReadable(text, { type: 'bytes', highWaterMark: 3 }))).text()).toBe('héllo');
    const empty = new PassThrough();
    empty.end();
    expect((await bytes(fromNodeReadable(empty))).byteLength).toBe(0);
  });

  it('errors with the error of the Readable by identity, after what was there, and also before the first read', async () => {
    const failure = new Error('broke');
    let n = 0;
    const readable = new Readable({
      read() {
        if (n++ === 0) this.push('abc');
        else this.destroy(failure);
      },
    });
    const reader = fromNodeReadable(readable).getReader();
    expect((await reader.read()).value).toHaveLength(3);
    expect(await reader.read().catch((e) => e)).toBe(failure);
    const early = new PassThrough();
    const stream = fromNodeReadable(early);
    early.destroy(failure);
    await rest();
    expect(
      await stream
        .getReader()
        .read()
        .catch((e) => e),
    ).toBe(failure);
  });

  it('a Readable that is closed before its end errors; one that was over is over', async () => {
    const readable = new PassThrough();
    const reader = fromNodeReadable(readable).getReader();
    const read = reader.read().catch((e) => e);
    await rest();
    readable.destroy();
    expect(await read).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    expect(await bytes(fromNodeReadable(readable)).catch((e) => e.code)).toBe('ERR_CONNECTION_LOST');
    const done = Readable.from([]);
    done.resume();
    await new Promise((resolve) => done.once('close', resolve));
    expect((await bytes(fromNodeReadable(done))).byteLength).toBe(0);
  });

  it('cancel destroys it with the reason, and leaves no listener', async () => {
    const readable = new PassThrough();
    const before = readable.eventNames().length;
    const stream = fromNodeReadable(readable);
    const reason = new Error('enough');
    const reader = stream.getReader();
    reader.read();
    await rest();
    await reader.cancel(reason);
    expect(readable.errored).toBe(reason);
    await rest();
    expect(readable.eventNames().filter((name) => name !== 'error').length).toBeLessThanOrEqual(before);
    const other = new PassThrough();
    await fromNodeReadable(other).cancel('text');
    expect(other.errored).toMatchObject({ cause: 'text' });
  });

  it.each(['resume', 'data'])('one that flows (%s) loses nothing before the first read', async (how) => {
    const flowing = new PassThrough();
    if (how === 'data') flowing.on('data', () => {});
    else flowing.resume();
    const stream = fromNodeReadable(flowing);
    flowing.end('all of it');
    await rest();
    expect((await collect(stream)).text()).toBe('all of it');
  });

  it('with an encoding it gives the bytes that the text stands for', async () => {
    for (const encoding of ['latin1', 'hex', 'base64', 'utf16le'] as const) {
      const encoded = new PassThrough({ encoding });
      const sent = Uint8Array.from({ length: 256 }, (_, i) => i);
      encoded.write(sent.subarray(0, 77));
      encoded.end(sent.subarray(77));
      expect(await bytes(fromNodeReadable(encoded))).toEqual(Buffer.from(sent));
    }
  });

  it("a response that is cancelled is no error of its request's", async () => {
    const server = createHttpServer((_req, res) => res.write('a'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const errors: unknown[] = [];
    request.on('error', (error) => errors.push(error));
    const [response] = await once(request, 'response');
    const closed = once(request, 'close');
    await fromNodeReadable(response).cancel(new Error('enough'));
    await closed;
    expect([errors, response.destroyed]).toEqual([[], true]);
    server.close();
  });

  it('a request of node:http2 that is reset has not ended', async () => {
    let tell = (_outcome: Promise<unknown>): void => {};
    const outcome = new Promise<unknown>((resolve) => {
      tell = resolve;
    });
    const server = createHttp2Server((req) =>
      tell(bytes(fromNodeReadable(req)).catch((error) => error.code)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = client.request({ ':method': 'POST' });
    stream.write('part', () => setImmediate(() => stream.destroy()));
    expect(await outcome).toBe('ERR_CONNECTION_LOST');
    client.destroy();
    server.close();
  });

  it('an error after the end is no uncaught exception', async () => {
    const late = new Error('late');
    const readable = new Readable({ autoDestroy: false, read: () => {} });
    readable.push(null);
    await bytes(fromNodeReadable(readable));
    expect(readable.emit('error', late)).toBe(true);
  });

  it('ends one of readable-stream 2 or 3, without what Node has added since', async () => {
    const readable = old(new PassThrough(oldOptions));
    const stream = fromNodeReadable(readable);
    readable.end('all of it');
    expect((await collect(stream)).text()).toBe('all of it');
    expect(await bytes(fromNodeReadable(readable))).toHaveLength(0);
  });

  it('one of readable-stream 2 or 3 that is destroyed while it is read tells why', async () => {
    const failure = new Error('broke');
    let n = 0;
    const readable = new Readable({
      read() {
        if (n++ === 0) this.push('abc');
        else this.destroy(failure);
      },
    });
    const reader = fromNodeReadable(old(readable)).getReader();
    expect((await reader.read()).value).toHaveLength(3);
    await expect(reader.read()).rejects.toBe(failure);
  });
});
