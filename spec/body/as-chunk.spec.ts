import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { asChunk } from '../../lib/body/as-chunk.ts';
import { nil } from '../../lib/body/nil.ts';

describe('asChunk', () => {
  it('bytes are themselves, of any class and realm', () => {
    for (const bytes of [new Uint8Array(3), Buffer.from('abc'), runInNewContext('new Uint8Array(3)')])
      expect(asChunk(bytes) === bytes).toBe(true);
  });

  it('text is UTF-8', () => {
    expect([...asChunk('é')]).toEqual([0xc3, 0xa9]);
    expect(asChunk('')).toHaveLength(0);
  });

  it('other views and buffers are viewed, not copied, of any realm', () => {
    const memory = new ArrayBuffer(8);
    for (const [value, offset, length] of [
      [new DataView(memory, 2, 3), 2, 3],
      [new Uint16Array(memory, 2, 2), 2, 4],
      [new Float64Array(memory), 0, 8],
      [new Uint8ClampedArray(memory, 1), 1, 7],
      [memory, 0, 8],
      [new SharedArrayBuffer(8), 0, 8],
      [runInNewContext('new ArrayBuffer(8)'), 0, 8],
      [runInNewContext('new Int32Array(2)'), 0, 8],
    ] as [ArrayBuffer, number, number][]) {
      const chunk = asChunk(value);
      expect([chunk.byteOffset, chunk.byteLength]).toEqual([offset, length]);
      expect(chunk.buffer === ((value as unknown as DataView).buffer ?? value)).toBe(true);
    }
  });

  it('what is no chunk passes as it is, null as what stands for it', () => {
    const odd: unknown[] = [
      undefined,
      5,
      true,
      {},
      [1],
      { buffer: new ArrayBuffer(1) },
      { byteLength: 3 },
      Symbol('s'),
    ];
    for (const value of odd) expect(asChunk(value) === value).toBe(true);
    expect(asChunk(null)).toBe(nil);
  });
});
