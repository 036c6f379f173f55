import { describe, expect, it } from '@jest/globals';
import { openTunnel } from '../../lib/http/http2-tunnel.ts';
import { ReceivedBody } from '../../lib/http/received-body.ts';

function make(incoming: ReceivedBody | null = null) {
  const aborts: unknown[] = [];
  const { core, duplex } = openTunnel(incoming, (reason) => {
    aborts.push(reason);
    // Its stream is reset.
    core.cancel(reason);
  });
  const writer = duplex.writable.getWriter();
  writer.closed.catch(() => {});
  const done: string[] = [];
  const write = (bytes: number): Promise<void> =>
    writer.write(new Uint8Array(bytes)).then(
      () => void done.push(`wrote ${bytes}`),
      (error) => void done.push(`failed ${error}`),
    );
  return { aborts, core, done, duplex, write, writer };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('openTunnel, on a stream of HTTP/2', () => {
  it('a write waits until its bytes are pulled, and they are given once', async () => {
    const { core, done, write } = make();
    write(3);
    write(4);
    await turn();
    expect(done).toEqual([]);
    expect((await core.pull())?.byteLength).toBe(3);
    await turn();
    expect(done).toEqual(['wrote 3']);
    expect((await core.pull())?.byteLength).toBe(4);
    const third = core.pull();
    await turn();
    expect(done).toEqual(['wrote 3', 'wrote 4']);
    await write(5);
    write(6);
    expect([(await third)?.byteLength, (await core.pull())?.byteLength]).toEqual([5, 6]);
  });

  it('an empty write is taken, and is no end', async () => {
    const { core, done, write } = make();
    await write(0);
    const pulled = core.pull();
    await write(0);
    await write(1);
    expect([done, (await pulled)?.byteLength]).toEqual([['wrote 0', 'wrote 0', 'wrote 1'], 1]);
  });

  it('an end comes after what was written, and to who waits for more', async () => {
    const { core, write, writer } = make();
    write(3);
    const closed = writer.close();
    expect((await core.pull())?.byteLength).toBe(3);
    await closed;
    expect(core.pull()).toBeNull();
    const waiting = make();
    const pulled = waiting.core.pull();
    await waiting.writer.close();
    expect(await pulled).toBeNull();
  });

  it('a stream that is gone fails the write that waits and every other, with its reason', async () => {
    const { aborts, core, done, write, writer } = make();
    write(3);
    await turn();
    core.cancel('reset');
    write(4);
    await turn();
    expect([done, await writer.closed.catch((error) => error)]).toEqual([
      ['failed reset', 'failed reset'],
      'reset',
    ]);
    expect(aborts).toEqual([]);
  });

  it('who waits for something to write hears of it too', async () => {
    const { core, writer } = make();
    core.pull();
    core.cancel('reset');
    expect(await writer.closed.catch((error) => error)).toBe('reset');
  });

  it('an abort is told at once, and once, also while a write waits', async () => {
    for (const writes of [true, false]) {
      const { aborts, done, write, writer } = make();
      if (writes) write(3);
      await turn();
      const aborted = writer.abort('enough');
      expect(aborts).toEqual(['enough']);
      await aborted;
      await turn();
      expect([aborts, done]).toEqual([['enough'], writes ? ['failed enough'] : []]);
    }
  });

  it('what is received is read, or nothing where nothing comes', async () => {
    const reader = make().duplex.readable.getReader();
    expect((await reader.read()).done).toBe(true);
    const body = new ReceivedBody(undefined, false, true, Headers, {});
    body.push(new Uint8Array(3));
    body.settle();
    const received = make(body).duplex.readable.getReader();
    expect((await received.read()).value?.byteLength).toBe(3);
    body.fail('lost');
    expect(await received.read().catch((error) => error)).toBe('lost');
  });
});
