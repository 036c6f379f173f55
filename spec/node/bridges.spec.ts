import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, connect as netConnect } from 'node:net';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import * as node from '../../adapters/node/mod.ts';
import { body, bytes, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const { fromNodeReadable, toNodeReadable, fromNodeWritable, toNodeWritable, fromNodeDuplex, sendBody } = node;

const rest = async (turns = 20) => {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A Readable without end that counts what it is asked for. */
function producer(chunkBytes: number, options: { async?: boolean } = {}) {
  const state = { bytes: 0 };
  const readable = new Readable({
    read() {
      const push = () => {
        state.bytes += chunkBytes;
        this.push(Buffer.alloc(chunkBytes));
      };
      if (options.async) setImmediate(push);
      else push();
    },
  });
  return { readable, state };
}

/** A Writable that takes `writes` chunks and then stalls. */
function staller(writes = 1) {
  const state = { bytes: 0 };
  const writable = new Writable({
    write(chunk, _encoding, callback) {
      state.bytes += chunk.byteLength;
      if (--writes > 0) callback();
    },
  });
  return { writable, state };
}

const sizes = [1024, 65_536];
const modes = [
  { chunk: 1024, hwm: 0 },
  { chunk: 1024, hwm: 131_072 },
  { chunk: 65_536, hwm: 0 },
  { chunk: 65_536, hwm: 131_072 },
];

describe('slack: a consumer that stalls after one chunk', () => {
  it.each(modes)('fromNodeReadable, chunks of $chunk, highWaterMark $hwm', async ({ chunk, hwm }) => {
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
  });

  it.each(sizes)('fromNodeWritable, chunks of %d', async (chunk) => {
    const { writable, state } = staller();
    const writer = fromNodeWritable(writable).getWriter();
    let taken = 0;
    const fill = async () => {
      for (;;) {
        await writer.ready;
        taken += chunk;
        writer.write(new Uint8Array(chunk)).catch(() => {});
      }
    };
    fill().catch(() => {});
    await rest(200);
    expect(taken).toBeLessThanOrEqual(writable.writableHighWaterMark + 2 * chunk);
    expect(state.bytes).toBe(chunk);
    await writer.abort(new Error('enough'));
    expect(writable.destroyed).toBe(true);
  });

  it.each(modes)(
    'toNodeReadable and sendBody, chunks of $chunk, highWaterMark $hwm',
    async ({ chunk, hwm }) => {
      const source = countingSource({ chunkBytes: chunk });
      const readable = toNodeReadable(body(source, { highWaterMark: hwm }));
      await rest();
      expect(source.pulls).toBe(0);
      await new Promise((resolve) => readable.once('readable', resolve));
      await rest(200);
      expect(source.bytes).toBeLessThanOrEqual(hwm + readable.readableHighWaterMark + 2 * chunk);
      readable.destroy(new Error('left'));
      readable.on('error', () => {});
      await rest();
      expect(source.cancelled?.reason).toMatchObject({ message: 'left' });

      const other = countingSource({ chunkBytes: chunk, async: true });
      const { writable } = staller();
      const sent = sendBody(writable, body(other, { highWaterMark: hwm })).catch((error) => error);
      await rest(200);
      expect(other.bytes).toBeLessThanOrEqual(hwm + writable.writableHighWaterMark + 2 * chunk);
      writable.destroy();
      const error = await sent;
      expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      expect(other.cancelled?.reason).toBe(error);
    },
  );

  it.each(sizes)('toNodeWritable, chunks of %d', async (chunk) => {
    let taken = 0;
    const sink = new WritableStream<Uint8Array>({
      write: () => new Promise(() => {}),
    });
    const writable = toNodeWritable(sink);
    while (writable.write(Buffer.alloc(chunk))) taken += chunk;
    await rest();
    expect(taken + chunk).toBeLessThanOrEqual(writable.writableHighWaterMark + 2 * chunk);
    writable.destroy();
  });

  it.each(modes)('fromNodeDuplex, chunks of $chunk, highWaterMark $hwm', async ({ chunk, hwm }) => {
    let read = 0;
    let written = 0;
    const duplex = new Duplex({
      read() {
        read += chunk;
        this.push(Buffer.alloc(chunk));
      },
      write(bytes, _encoding, _callback) {
        written += bytes.byteLength;
      },
    });
    const { readable, writable } = fromNodeDuplex(duplex, { highWaterMark: hwm });
    await rest();
    expect(read).toBe(0);
    await readable.getReader().read();
    const writer = writable.getWriter();
    let taken = 0;
    (async () => {
      for (;;) {
        await writer.ready;
        taken += chunk;
        writer.write(new Uint8Array(chunk)).catch(() => {});
      }
    })().catch(() => {});
    await rest(200);
    expect(read).toBeLessThanOrEqual(hwm + duplex.readableHighWaterMark + 2 * chunk);
    expect(taken).toBeLessThanOrEqual(duplex.writableHighWaterMark + 2 * chunk);
    expect(written).toBe(chunk);
    duplex.destroy();
    duplex.on('error', () => {});
  });
});

describe('fromNodeReadable', () => {
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
});

describe('what a Node stream may be like', () => {
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

  it('an error after the end is no uncaught exception', async () => {
    const late = new Error('late');
    const readable = new Readable({ autoDestroy: false, read: () => {} });
    readable.push(null);
    await bytes(fromNodeReadable(readable));
    expect(readable.emit('error', late)).toBe(true);

    const writable = new Writable({ autoDestroy: false, write: (_c, _e, callback) => callback() });
    await sendBody(writable, 'x');
    expect(writable.emit('error', late)).toBe(true);
  });

  it('in object mode what waits is a copy', async () => {
    const seen: number[] = [];
    const writable = new Writable({
      objectMode: true,
      write(chunk, _encoding, callback) {
        setImmediate(() => {
          seen.push(chunk[0]);
          callback();
        });
      },
    });
    const memory = new Uint8Array(100);
    let n = 0;
    await sendBody(writable, {
      pull() {
        memory[0] = n;
        return n++ < 5 ? memory : null;
      },
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  describe('of readable-stream 2 or 3, without what Node has added since', () => {
    const since = ['readableEnded', 'writableEnded', 'writableFinished', 'errored', 'closed'];
    const old = <T extends Readable | Writable>(stream: T): T => {
      for (const name of since) Object.defineProperty(stream, name, { value: undefined });
      return stream;
    };
    const options = { autoDestroy: false, emitClose: false };

    it('fromNodeReadable ends', async () => {
      const readable = old(new PassThrough(options));
      const stream = fromNodeReadable(readable);
      readable.end('all of it');
      expect((await collect(stream)).text()).toBe('all of it');
      expect(await bytes(fromNodeReadable(readable))).toHaveLength(0);
    });

    it('sendBody and fromNodeWritable finish', async () => {
      const sent = new PassThrough(options);
      await sendBody(old(sent), 'sent');
      const written = new PassThrough(options);
      const writer = fromNodeWritable(old(written)).getWriter();
      await writer.write(Buffer.from('written'));
      await writer.close();
      expect([String(sent.read()), String(written.read())]).toEqual(['sent', 'written']);
      await expect(sendBody(sent, 'more')).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    });
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

  it('a `write` that someone has wrapped may give nothing', async () => {
    const writable = new PassThrough();
    const { write } = writable;
    writable.write = ((chunk: Buffer) => void write.call(writable, chunk, 'utf8')) as never;
    await sendBody(writable, 'sent');
    expect(String(writable.read())).toBe('sent');
  });

  it('toNodeWritable gives memory that may be detached', async () => {
    const given: Uint8Array[] = [];
    const writable = toNodeWritable(
      new WritableStream<Uint8Array<ArrayBuffer>>({
        write(chunk) {
          // Node 20 copies the pool in place of detaching it.
          expect(chunk.buffer.byteLength).toBe(6);
          given.push(structuredClone(chunk, { transfer: [chunk.buffer] }));
        },
      }),
    );
    const pooled = Buffer.from('pooled');
    writable.write(pooled);
    await new Promise<void>((resolve) => writable.end(resolve));
    expect(given).toEqual([new Uint8Array(pooled)]);
    expect(pooled.toString()).toBe('pooled');
  });

  it('sendBody listens once, not for each drain', async () => {
    const writable = new Writable({ highWaterMark: 1, write: (_c, _e, callback) => setImmediate(callback) });
    const on = new Map<unknown, number>();
    writable.on('newListener', (event) => on.set(event, (on.get(event) ?? 0) + 1));
    await sendBody(writable, countingSource({ chunkBytes: 10, totalBytes: 1000 }));
    expect(on.get('drain')).toBe(1);
    expect(writable.listenerCount('drain')).toBe(0);
  });
});

describe('toNodeReadable and toNodeWritable', () => {
  it('carry a body, its end and its error', async () => {
    const whole: Buffer[] = [];
    for await (const chunk of toNodeReadable(
      body(countingSource({ chunkBytes: 1000, totalBytes: 100_000, async: true })),
    )) {
      whole.push(chunk as Buffer);
    }
    expect(Buffer.concat(whole)).toHaveLength(100_000);
    const failure = new Error('broke');
    const broken = toNodeReadable(() =>
      (function* () {
        yield 'a';
        throw failure;
      })(),
    );
    const got: string[] = [];
    const error = await (async () => {
      for await (const chunk of broken) got.push(String(chunk));
    })().catch((e) => e);
    expect(error).toBe(failure);
    expect(got).toEqual(['a']);
  });

  it('write, close, abort and failure pass', async () => {
    const chunks: string[] = [];
    let closed = false;
    const sink = new WritableStream<Uint8Array>({
      write: (chunk) => void chunks.push(new TextDecoder().decode(chunk)),
      close: () => {
        closed = true;
      },
    });
    const writable = toNodeWritable(sink);
    writable.write('a');
    await new Promise<void>((resolve) => writable.end('b', () => resolve()));
    expect([chunks.join(''), closed]).toEqual(['ab', true]);

    const failure = new Error('full');
    const failing = toNodeWritable(
      new WritableStream({
        write: () => {
          throw failure;
        },
      }),
    );
    failing.write('x');
    expect(await new Promise((resolve) => failing.once('error', resolve))).toBe(failure);

    let reason: unknown;
    const aborted = toNodeWritable(
      new WritableStream({
        abort: (why) => {
          reason = why;
        },
      }),
    );
    aborted.on('error', () => {});
    aborted.destroy(failure);
    await rest();
    expect(reason).toBe(failure);
  });
});

describe('fromNodeWritable', () => {
  it('writes, ends, and errors by identity', async () => {
    const pass = new PassThrough();
    const writer = fromNodeWritable(pass).getWriter();
    await writer.write(new TextEncoder().encode('hi'));
    await writer.close();
    expect(pass.read().toString()).toBe('hi');
    expect(pass.writableFinished).toBe(true);

    const failure = new Error('broken');
    const bad = new Writable({ write: (_c, _e, callback) => callback(failure) });
    const badWriter = fromNodeWritable(bad).getWriter();
    badWriter.write(new Uint8Array(1)).catch(() => {});
    expect(await badWriter.closed.catch((e) => e)).toBe(failure);

    const gone = new PassThrough();
    const goneWriter = fromNodeWritable(gone).getWriter();
    gone.destroy();
    expect(await goneWriter.closed.catch((e) => e)).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('a write that waits for drain fails when the Writable does', async () => {
    const { writable } = staller();
    const writer = fromNodeWritable(writable).getWriter();
    const write = writer.write(new Uint8Array(100_000)).catch((e) => e);
    writer.closed.catch(() => {});
    await rest();
    const failure = new Error('gone');
    writable.destroy(failure);
    expect(await write).toBe(failure);
  });
});

describe('fromNodeDuplex', () => {
  it('keeps half-close, in both orders', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('end', () => socket.end('after your end'));
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = netConnect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const { readable, writable } = fromNodeDuplex(socket);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('x'));
    await writer.close();
    expect((await collect(readable)).text()).toBe('after your end');
    await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)));

    const other = netConnect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const halves = fromNodeDuplex(other);
    await halves.readable.cancel('not interested');
    const send = halves.writable.getWriter();
    await send.write(new TextEncoder().encode('still sent'));
    expect(other.destroyed).toBe(false);
    await send.close();
    await new Promise((resolve) => (other.destroyed ? resolve(0) : other.once('close', resolve)));
    server.close();
  });
});

describe('sendBody', () => {
  it('sends and ends; a failing body destroys the Writable; a signal stops both with its reason', async () => {
    const pass = new PassThrough();
    const sent = sendBody(pass, body('whole'));
    expect((await collect(fromNodeReadable(pass))).text()).toBe('whole');
    await sent;

    const failure = new Error('broke');
    const cut = new PassThrough();
    cut.resume();
    let ended = false;
    cut
      .on('end', () => {
        ended = true;
      })
      .on('error', () => {});
    expect(
      await sendBody(cut, async function* () {
        yield 'a';
        throw failure;
      }).catch((e) => e),
    ).toBe(failure);
    expect([cut.destroyed, ended]).toEqual([true, false]);

    const controller = new AbortController();
    const source = countingSource({ chunkBytes: 10, async: true });
    const { writable } = staller();
    const stopped = sendBody(writable, source, { signal: controller.signal }).catch((e) => e);
    await rest();
    controller.abort(failure);
    expect(await stopped).toBe(failure);
    expect(source.cancelled?.reason).toBe(failure);
    expect(writable.destroyed).toBe(true);
  });
});
