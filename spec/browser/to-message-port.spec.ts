import { afterEach, describe, expect, it } from '@jest/globals';
import { toMessagePort } from '../../adapters/browser/to-message-port.ts';
import { type BodyLike, body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

type Message = Record<string, unknown>;
const open: { close(): void }[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** The other end of the port, by hand. */
function make(from: BodyLike, options?: Parameters<typeof toMessagePort>[1]) {
  const port = toMessagePort(from, options) as unknown as MessagePort;
  const seen: Message[] = [];
  port.onmessage = ({ data }) => void seen.push(data);
  open.push(port);
  const say = async (...messages: Message[]): Promise<void> => {
    for (const message of messages) port.postMessage(message);
    for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
  };
  const sizes = (): number[] => seen.map(({ chunk }) => (chunk as Uint8Array | undefined)?.byteLength ?? -1);
  return { port, say, seen, sizes };
}

describe('toMessagePort', () => {
  it('sends as much as there is credit for, and pulls nothing without', async () => {
    const source = countingSource({ chunkBytes: 10 });
    const { say, sizes } = make(source);
    await say();
    expect(source.pulls).toBe(0);
    await say({ credit: 15 });
    expect([sizes(), source.pulls]).toEqual([[10, 5], 2]);
    await say({ credit: 1 }, { credit: 2 });
    expect([sizes(), source.pulls]).toEqual([[10, 5, 1, 2], 2]);
    await say({ cancel: { value: 'enough' } });
    expect(source.cancelled).toEqual({ reason: 'enough' });
  });

  it('the end comes with the trailers, an error with its code', async () => {
    const fine = make(body('abc', { trailers: new Headers({ 'x-a': '1' }) }));
    await fine.say({ credit: 100 });
    expect(fine.seen[1]).toEqual({ end: [['x-a', '1']] });
    const plain = make('abc');
    await plain.say({ credit: 100 });
    expect(plain.seen[1]).toEqual({ end: null });
    const failing = make({ pull: () => Promise.reject(Object.assign(new Error('broke'), { code: 'X' })) });
    await failing.say({ credit: 100 });
    expect(failing.seen).toEqual([{ error: { error: { name: 'Error', message: 'broke', code: 'X' } } }]);
  });

  it('moves what it may, whole, and leaves alone what it may not', async () => {
    for (const [transfer, view, moved] of [
      [true, new Uint8Array(3), true],
      [true, new Uint8Array(9).subarray(3, 6), false],
      [false, new Uint8Array(3), false],
    ] as const) {
      const { say, sizes } = make(view, { transfer });
      await say({ credit: 100 });
      expect([sizes()[0], view.byteLength]).toEqual([3, moved ? 0 : 3]);
    }
  });

  it('a reader that is gone, or that cancels while a pull is pending, cancels the source, once', async () => {
    for (const closes of [true, false]) {
      const reasons: unknown[] = [];
      let give: (chunk: Uint8Array) => void = () => {};
      const { port, say, seen } = make({
        pull: () => new Promise<Uint8Array>((resolve) => (give = resolve)),
        cancel: (reason) => void reasons.push(reason),
      });
      await say({ credit: 100 });
      if (closes) port.close();
      else await say({ cancel: { value: 'enough' } });
      for (let n = 0; n < 5 && reasons.length === 0; n++)
        await new Promise((resolve) => setImmediate(resolve));
      give(new Uint8Array(3));
      await new Promise((resolve) => setImmediate(resolve));
      expect(reasons).toEqual([closes ? expect.objectContaining({ code: 'ERR_CONNECTION_LOST' }) : 'enough']);
      expect(seen).toEqual([]);
    }
  });
});
