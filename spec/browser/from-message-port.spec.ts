import { afterEach, describe, expect, it } from '@jest/globals';
import { fromMessagePort } from '../../adapters/browser/from-message-port.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** The other end of the port, by hand. */
function make(options?: Parameters<typeof fromMessagePort>[1]) {
  const { port1, port2 } = new MessageChannel();
  const seen: unknown[] = [];
  port1.onmessage = ({ data }) => void seen.push(data);
  open.push(port1);
  const reader = fromMessagePort(port2, options).getReader();
  reader.closed.catch(() => {});
  const say = async (...messages: unknown[]): Promise<void> => {
    for (const message of messages) port1.postMessage(message);
    for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
  };
  const chunk = (bytes: number): unknown => ({ chunk: new Uint8Array(bytes) });
  return { chunk, port1, reader, say, seen };
}

describe('fromMessagePort', () => {
  it('gives no credit before the first read, then for what was read once half of it is owed', async () => {
    const { chunk, reader, say, seen } = make({ highWaterMark: 100 });
    await say();
    expect(seen).toEqual([]);
    const first = reader.read();
    await say(chunk(30), chunk(30), chunk(40));
    expect([(await first).value?.byteLength, seen]).toEqual([30, [{ credit: 100 }]]);
    await reader.read();
    await say();
    expect(seen).toEqual([{ credit: 100 }, { credit: 60 }]);
    await reader.read();
    await say();
    expect(seen).toHaveLength(2);
    // The other side can have none left: all that is owed.
    const pending = reader.read();
    await say(chunk(1));
    expect([(await pending).value?.byteLength, seen.slice(2)]).toEqual([1, [{ credit: 40 }]]);
  });

  it('the end, or an error, comes after what has come', async () => {
    const fine = make();
    const first = fine.reader.read();
    await fine.say(fine.chunk(1), fine.chunk(2), { end: [['x-a', '1']] });
    expect([(await first).value?.byteLength, (await fine.reader.read()).value?.byteLength]).toEqual([1, 2]);
    expect((await fine.reader.read()).done).toBe(true);
    const failed = make();
    const read = failed.reader.read();
    await failed.say(failed.chunk(1), { error: { error: { name: 'A', message: 'b', code: 'X' } } });
    await read;
    await expect(failed.reader.read()).rejects.toMatchObject({ name: 'A', message: 'b', code: 'X' });
  });

  it('what was trailing arrives with the end', async () => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1);
    const stream = fromMessagePort(port2);
    port1.postMessage({ end: [['x-a', '1']] });
    expect((await stream.getReader().read()).done).toBe(true);
    expect((await stream.trailers).get('x-a')).toBe('1');
  });

  it('a cancel, and a signal, go back with their reason, once', async () => {
    const { reader, say, seen } = make();
    await reader.cancel('enough');
    await say();
    expect(seen).toEqual([{ cancel: { value: 'enough' } }]);
    const left = new AbortController();
    const other = make({ signal: left.signal });
    const read = other.reader.read();
    await other.say();
    left.abort('over');
    await expect(read).rejects.toBe('over');
    await other.say();
    expect(other.seen.slice(1)).toEqual([{ cancel: { value: 'over' } }]);
  });

  it('the other end that is gone is a loss, but not after the end', async () => {
    const { port1, reader } = make();
    const read = reader.read();
    port1.close();
    await expect(read).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
    const ended = make();
    const first = ended.reader.read();
    await ended.say(ended.chunk(1), { end: null });
    ended.port1.close();
    await ended.say();
    await first;
    expect((await ended.reader.read()).done).toBe(true);
  });
});
