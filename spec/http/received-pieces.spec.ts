import { describe, expect, it } from '@jest/globals';
import { ReceivedPieces } from '../../lib/http/received-pieces.ts';

/** What one read brought: views of it, all between its framing. */
const read = (size: number, ...views: [at: number, bytes: number][]) => {
  const memory = Uint8Array.from({ length: size }, (_, n) => n % 251);
  return { memory, views: views.map(([at, bytes]) => memory.subarray(at, at + bytes)) };
};

describe('ReceivedPieces', () => {
  it('lets a read go of which little is left', () => {
    const pieces = new ReceivedPieces(false);
    const { memory, views } = read(65_536, [9, 3], [100, 2]);
    for (const view of views) pieces.push(view);
    pieces.settle();
    memory.fill(255);
    expect(pieces.byteLength).toBe(5);
    const part = pieces.shift(65_536);
    expect([...part]).toEqual([9, 10, 11, 100, 101]);
    expect(part.buffer.byteLength).toBeLessThan(1025);
    expect(pieces.byteLength).toBe(0);
  });

  it('keeps views of a read that is mostly of this body', () => {
    const pieces = new ReceivedPieces(false);
    const { memory, views } = read(20_000, [9, 16_384]);
    for (const view of views) pieces.push(view);
    pieces.settle();
    memory.fill(255);
    const part = pieces.shift(65_536);
    expect([part.byteLength, part[0]]).toEqual([16_384, 255]);
  });

  it('joins what a thousand reads left, and fills views of the reader', () => {
    const pieces = new ReceivedPieces(false);
    for (let n = 0; n < 1000; n++) {
      const { memory, views } = read(1000, [n % 250, 1]);
      for (const view of views) pieces.push(view);
      pieces.settle();
      memory.fill(255);
    }
    const view = new Uint8Array(600);
    expect([pieces.byteLength, pieces.fill(view), pieces.byteLength]).toEqual([1000, 600, 400]);
    expect([...view]).toEqual(Array.from({ length: 600 }, (_, n) => n % 250));
    expect([...pieces.shift(400)]).toEqual(Array.from({ length: 400 }, (_, n) => (600 + n) % 250));
  });
});
