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

  it('reads one of `@whatwg-node/fetch`, which has no slices, at once', async () => {
    const stream = body(new whatwg.Blob(['hello ', 'world']));
    expect(stream.byteLength).toBe(11);
    expect((await collect(stream)).text()).toBe('hello world');
  });
});
