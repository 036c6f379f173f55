import { describe, expect, it } from '@jest/globals';
import * as whatwg from '@whatwg-node/fetch';
import { blobSource } from '../../lib/body/blob-source.ts';
import { body, collect } from '../../lib/mod.ts';

describe('blobSource', () => {
  it('reads slices of the size that is asked, then the end', async () => {
    const source = blobSource(new Blob(['0123456789']));
    expect(source.byteLength).toBe(10);
    const parts: (string | null)[] = [];
    for (const demand of [4, 4, 4, 4]) {
      const chunk = await source.pull(demand);
      parts.push(chunk && new TextDecoder().decode(chunk));
    }
    expect(parts).toEqual(['0123', '4567', '89', null]);
  });

  it('an empty blob is read once, as a whole: one that can not be read fails', async () => {
    expect((await collect(new Blob([]))).bytes()).toHaveLength(0);
    const failure = new Error('no such file');
    const missing = Object.assign(new Blob([]), { arrayBuffer: () => Promise.reject(failure) });
    await expect(collect(missing)).rejects.toBe(failure);
  });

  it('tells no length of an empty file of Bun, which may be one that can not be read', () => {
    expect(blobSource(new Blob([])).byteLength).toBe(0);
    const file = Object.assign(new Blob([]), { exists: () => Promise.resolve(false) });
    expect(blobSource(file).byteLength).toBeUndefined();
  });

  describe.each([Infinity, NaN])('of size %s, as a pipe or an object in a store has', (size) => {
    const ofSize = (stream: ReadableStream): { blob: Blob; opened: () => number } => {
      let opened = 0;
      const open = (): ReadableStream => {
        opened++;
        return stream;
      };
      const blob = Object.defineProperty(new Blob([]), 'size', { value: size });
      return { blob: Object.assign(blob, { stream: open }), opened: () => opened };
    };

    it('is read as the stream that it is, opened at the first pull', async () => {
      const { blob, opened } = ofSize(new Blob(['hello']).stream());
      const stream = body(blob);
      expect([stream.byteLength, opened()]).toEqual([undefined, 0]);
      expect((await collect(stream)).text()).toBe('hello');
      expect(opened()).toBe(1);
    });

    it('cancels it while a pull waits, and leaves alone what was never opened', async () => {
      const reasons: unknown[] = [];
      const pending = ofSize(new ReadableStream({ cancel: (reason) => void reasons.push(reason) }));
      const reader = body(pending.blob).getReader();
      const read = reader.read();
      while (pending.opened() === 0) await undefined;
      await reader.cancel('enough');
      expect([await read, reasons]).toEqual([{ done: true, value: undefined }, ['enough']]);
      const unread = ofSize(new ReadableStream());
      await body(unread.blob).cancel('enough');
      expect(unread.opened()).toBe(0);
    });
  });

  it('reads one of `@whatwg-node/fetch`, which has no slices, at once', async () => {
    const stream = body(new whatwg.Blob(['hello ', 'world']));
    expect(stream.byteLength).toBe(11);
    expect((await collect(stream)).text()).toBe('hello world');
  });
});
