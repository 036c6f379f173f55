import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { PieceWriter } from '../../lib/bytes/piece-writer.ts';

const some = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);

describe('PieceWriter', () => {
  it('joins small pieces, and keeps large ones as the views that they are', () => {
    const writer = new PieceWriter();
    const large = some(70_000, 3);
    for (const piece of [some(1, 1), some(65_536, 2), large, some(1, 4), some(0, 5)]) writer.raw(piece);
    expect(writer.queued).toBe(1 + 65_536 + 70_000 + 1);
    const pieces = writer.take();
    expect(pieces.map((piece) => piece.byteLength)).toEqual([65_537, 70_000, 1]);
    expect(pieces[1]).toBe(large);
    expect([writer.queued, writer.take()]).toEqual([0, []]);
  });

  it('writes again to what is given back, and only then', () => {
    const writer = new PieceWriter();
    const next = (): Uint8Array => {
      writer.raw(some(10, 1));
      return writer.take()[0] as Uint8Array;
    };
    const first = next();
    const second = next();
    expect(second.byteOffset).toBe(first.byteOffset + 10);
    writer.reuse();
    expect(next().byteOffset).toBe(second.byteOffset);
    writer.raw(some(10, 2));
    writer.reuse();
    expect(concat(writer.take())).toEqual(some(10, 2));
  });

  it('takes back all that was taken at once, also around large pieces', () => {
    const writer = new PieceWriter();
    const offset = (): number => {
      writer.raw(some(10, 1));
      writer.raw(some(70_000, 1));
      writer.raw(some(10, 1));
      writer.raw(some(70_000, 1));
      return writer.take()[0]?.byteOffset ?? -1;
    };
    const first = offset();
    writer.reuse();
    expect(offset()).toBe(first);
  });

  it('leaves alone what another writer has added since', () => {
    const [one, two] = [new PieceWriter(), new PieceWriter()];
    one.raw(some(10, 1));
    one.take();
    two.raw(some(10, 2));
    one.reuse();
    one.raw(some(10, 3));
    two.raw(some(10, 4));
    one.raw(some(10, 5));
    expect([...concat(two.take())]).toEqual([...some(10, 2), ...some(10, 4)]);
    expect([...concat(one.take())]).toEqual([...some(10, 3), ...some(10, 5)]);
  });

  it('loses nothing where a slab ends', () => {
    const [one, two] = [new PieceWriter(), new PieceWriter()];
    for (const writer of [one, two]) {
      const wanted: number[] = [];
      for (let n = 0; n < 1000; n++) {
        writer.raw(some(1 + (n % 701), n % 251));
        wanted.push(...some(1 + (n % 701), n % 251));
      }
      expect(writer.queued).toBe(wanted.length);
      expect(Buffer.compare(concat(writer.take()), Uint8Array.from(wanted))).toBe(0);
    }
  });
});
