import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import { sized } from '../../lib/http/sized.ts';
import { bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const core = (totalBytes: number) => new BodyCore(countingSource({ chunkBytes: 2, totalBytes }));

describe('sized', () => {
  it('of a body whose length is known it is that, and what is declared has to be it', () => {
    const three = Uint8Array.of(1, 2, 3);
    for (const declared of [undefined, 3, '3'])
      expect(sized(three, 3, declared)).toEqual({ body: three, contentLength: 3 });
    for (const declared of [2, '4', 'x', '']) expect(() => sized(three, 3, declared)).toThrow(TypeError);
    expect(sized(null, undefined, undefined)).toEqual({ body: null, contentLength: undefined });
    expect(sized(null, 0, '0')).toEqual({ body: null, contentLength: 0 });
  });

  it('one that is declared for a body of unknown length has to be kept', async () => {
    const kept = sized(core(6), undefined, 6);
    expect([kept.contentLength, (await bytes(kept.body)).byteLength]).toEqual([6, 6]);
    for (const declared of [5, 7]) {
      const { body } = sized(core(6), undefined, declared);
      await expect(bytes(body)).rejects.toMatchObject({ code: 'ERR_LENGTH_MISMATCH', expected: declared });
    }
  });

  it('without one the body is as it was', () => {
    const body = core(6);
    expect(sized(body, undefined, undefined).body).toBe(body);
  });
});
