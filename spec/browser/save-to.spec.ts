import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { saveTo } from '../../adapters/browser/save-to.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

/** A file by `createWritable`, whose writes may fail. */
function writable(fails?: Error) {
  const heard: unknown[] = [];
  const writer = {
    async write(chunk: Uint8Array) {
      if (fails) throw fails;
      heard.push(chunk.byteLength);
    },
    close: async () => void heard.push('close'),
    async abort(reason: unknown) {
      heard.push(reason);
      throw new Error('late');
    },
  };
  return { heard, handle: { createWritable: async () => ({ getWriter: () => writer }) } };
}

/** A file by `createSyncAccessHandle`, that takes two bytes a write. */
function synchronous() {
  const file: number[] = [9, 9, 9, 9, 9, 9];
  const heard: string[] = [];
  const access = {
    write(chunk: Uint8Array, { at }: { at: number }) {
      const part = chunk.subarray(0, 2);
      file.splice(at, part.byteLength, ...part);
      return part.byteLength;
    },
    truncate: (size: number) => void file.splice(size),
    flush: () => void heard.push('flush'),
    close: () => void heard.push('close'),
  };
  return { file, heard, handle: { createSyncAccessHandle: async () => access } };
}

const failure = new Error('broke');
const failing = () => {
  let n = 0;
  return { pull: () => (n++ === 0 ? new Uint8Array(3) : Promise.reject(failure)) };
};

describe('saveTo', () => {
  it('writes chunk after chunk, and closes; nothing is left at the signal', async () => {
    const { signal } = new AbortController();
    const { handle, heard } = writable();
    expect(await saveTo(countingSource({ chunkBytes: 4, totalBytes: 10 }), handle, { signal })).toBe(10);
    expect([heard, getEventListeners(signal, 'abort')]).toEqual([[4, 4, 2, 'close'], []]);
  });

  it('a file that takes little at a time gets all of it, at its place, and nothing of what was there', async () => {
    const { file, handle, heard } = synchronous();
    expect(await saveTo(body(['abc', 'd']), handle)).toBe(4);
    expect([file, heard]).toEqual([
      [97, 98, 99, 100],
      ['flush', 'close'],
    ]);
  });

  it('a body that fails leaves the file as it was, or empty', async () => {
    const { handle, heard } = writable();
    await expect(saveTo(failing(), handle)).rejects.toBe(failure);
    expect(heard).toEqual([3, failure]);
    const other = synchronous();
    await expect(saveTo(failing(), other.handle)).rejects.toBe(failure);
    expect([other.file, other.heard]).toEqual([[], ['close']]);
  });

  it('a file that fails, or that can not be had, cancels the body', async () => {
    const source = countingSource({ chunkBytes: 4 });
    const { handle, heard } = writable(failure);
    await expect(saveTo(source, handle)).rejects.toBe(failure);
    expect([source.pulls, source.cancelled, heard]).toEqual([1, { reason: failure }, [failure]]);
    const denied = countingSource({ chunkBytes: 4 });
    await expect(saveTo(denied, { createWritable: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect([denied.pulls, denied.cancelled]).toEqual([0, { reason: failure }]);
  });

  it('a signal that aborts on the way ends both', async () => {
    const left = new AbortController();
    const { handle, heard } = writable();
    let reason: unknown;
    const source = { pull: () => new Promise<null>(() => {}), cancel: (why: unknown) => void (reason = why) };
    const saved = saveTo(source, handle, { signal: left.signal });
    await new Promise((resolve) => setImmediate(resolve));
    left.abort('enough');
    await expect(saved).rejects.toBe('enough');
    expect([reason, heard]).toEqual(['enough', ['enough']]);
  });
});
