import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { fromNodeWritable, sendBody, toNodeReadable } from '../../adapters/node/mod.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const lost = { code: 'ERR_CONNECTION_LOST' };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A Writable that takes a turn of the event loop for each chunk, and looks at it only then. */
function slow() {
  const chunks: Buffer[] = [];
  const writable = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      setImmediate(() => {
        chunks.push(Buffer.from(chunk));
        callback();
      });
    },
  });
  return { writable, bytes: () => Buffer.concat(chunks) };
}

/** `count` chunks, all in the same memory: of ones, of twos and so on. */
function reusing(size: number, count = 9) {
  const memory = new Uint8Array(size);
  let n = 0;
  return { pull: () => (n === count ? null : memory.fill(++n)) };
}

const all = (size: number, count = 9) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.alloc(size, i + 1)));

describe.each([4, 5000, 20_000, 100_000])('a source that reuses its buffer of %d bytes', (size) => {
  it('sendBody', async () => {
    const { writable, bytes } = slow();
    await sendBody(writable, reusing(size));
    expect(bytes().equals(all(size))).toBe(true);
  });

  it('fromNodeWritable', async () => {
    const { writable, bytes } = slow();
    await body(reusing(size)).pipeTo(fromNodeWritable(writable));
    expect(bytes().equals(all(size))).toBe(true);
  });

  it('toNodeReadable', async () => {
    expect((await buffer(toNodeReadable(reusing(size)))).equals(all(size))).toBe(true);
  });
});

it('what a Writable takes at once leaves the others their turn after each MiB', async () => {
  const fast = new Writable({ highWaterMark: 2 ** 24, write: (_chunk, _encoding, callback) => callback() });
  const chunk = new Uint8Array(2 ** 18);
  let left = 16;
  let turns = 0;
  const others = (): void => {
    turns++;
    if (left > 0) setImmediate(others);
  };
  setImmediate(others);
  await sendBody(fast, { pull: () => (left-- > 0 ? chunk : null) });
  expect(turns).toBeGreaterThanOrEqual(3);
});

describe('a Writable that someone else has ended', () => {
  const finished = async () => {
    const writable = new PassThrough().resume();
    await new Promise((resolve) => writable.end(resolve));
    return writable;
  };
  const ended = () => {
    const { writable } = slow();
    writable.write('a');
    return writable.end();
  };

  it.each([
    ['finished', finished],
    ['ending', ended],
    ['destroyed', () => new PassThrough().destroy()],
  ])('%s before the call: nothing looks sent', async (_name, make) => {
    const source = countingSource({ chunkBytes: 1 });
    const writable = await make();
    await expect(sendBody(writable, source)).rejects.toMatchObject(lost);
    expect(source.pulls).toBe(0);
    expect(source.cancelled?.reason).toMatchObject(lost);
    expect(writable.listenerCount('error')).toBe(1);
    const writer = fromNodeWritable(await make()).getWriter();
    await expect(writer.closed).rejects.toMatchObject(lost);
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject(lost);
  });

  it('while the body is waited for', async () => {
    const writable = new PassThrough().resume();
    const heard: unknown[] = [];
    const source = {
      pull: () => new Promise<never>(() => {}),
      cancel(reason: unknown) {
        heard.push(reason);
      },
    };
    const sent = sendBody(writable, source);
    await turn();
    writable.end();
    await expect(sent).rejects.toMatchObject(lost);
    expect(heard).toEqual([expect.objectContaining(lost)]);
  });

  it('while a write waits to drain, and nothing closes', async () => {
    let go = () => {};
    const writable = new Writable({
      highWaterMark: 1,
      autoDestroy: false,
      write(_chunk, _encoding, callback) {
        go = callback;
      },
    });
    const writer = fromNodeWritable(writable).getWriter();
    const written = writer.write(new Uint8Array(2));
    await turn();
    writable.end();
    go();
    await expect(written).rejects.toMatchObject(lost);
    await expect(writer.closed).rejects.toMatchObject(lost);
  });
});

it('a failing body leaves no error that nobody listens to', async () => {
  const failure = new Error('failed');
  const writable = new PassThrough();
  const failing = body(async function* () {
    yield 'a';
    throw failure;
  });
  await expect(sendBody(writable, failing)).rejects.toBe(failure);
  expect(writable.errored).toBe(failure);
  expect(writable.listenerCount('error')).toBe(1);
});

it('a body is not pulled while the Writable is full already', async () => {
  const writable = new Writable({ highWaterMark: 1, write() {} });
  writable.write('full');
  const source = countingSource({ chunkBytes: 1 });
  const sent = sendBody(writable, source);
  await turn();
  expect(source.pulls).toBe(0);
  writable.destroy();
  await expect(sent).rejects.toMatchObject(lost);
});

it.each([5, null, undefined, {}])(
  'what is no bytes (%p) destroys the Writable of fromNodeWritable',
  async (chunk) => {
    const writable = new PassThrough();
    const writer = fromNodeWritable(writable).getWriter();
    writer.closed.catch(() => {});
    await expect(writer.write(chunk as never)).rejects.toThrow(
      /^Cannot write a chunk as it must be bytes or text: received /,
    );
    expect(writable.destroyed).toBe(true);
  },
);
