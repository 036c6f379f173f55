import { describe, expect, it } from '@jest/globals';
import { concat } from '../../../lib/bytes/concat.ts';
import { FrameWriter } from '../../../lib/http2/mod.ts';
import { frame, u32 } from '../conformance.ts';

const EIGHT = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe('FrameWriter', () => {
  it.each<[string, (writer: FrameWriter) => void, Uint8Array]>([
    ['DATA', (w) => w.data(3, Uint8Array.of(7), false), frame(0, 0, 3, [7])],
    ['DATA that ends', (w) => w.data(3, new Uint8Array(0), true), frame(0, 1, 3)],
    ['HEADERS', (w) => w.headers(5, Uint8Array.of(1, 2), true, 16_384), frame(1, 5, 5, [1, 2])],
    ['no fields', (w) => w.headers(5, new Uint8Array(0), false, 16_384), frame(1, 4, 5)],
    ['PRIORITY', (w) => w.priority(5, 3, false, 9), frame(2, 0, 5, [0, 0, 0, 3, 9])],
    ['exclusive PRIORITY', (w) => w.priority(5, 3, true, 9), frame(2, 0, 5, [0x80, 0, 0, 3, 9])],
    ['RST_STREAM', (w) => w.rstStream(0x7fffffff, 8), frame(3, 0, 0x7fffffff, u32(8))],
    ['SETTINGS', (w) => w.settings([[4, 0xfffffffe]]), frame(4, 0, 0, [0, 4, ...u32(0xfffffffe)])],
    ['SETTINGS acknowledged', (w) => w.settingsAck(), frame(4, 1, 0)],
    ['PING', (w) => w.ping(EIGHT, false), frame(6, 0, 0, EIGHT)],
    ['PONG', (w) => w.ping(EIGHT, true), frame(6, 1, 0, EIGHT)],
    ['GOAWAY', (w) => w.goAway(7, 2, Uint8Array.of(0x61)), frame(7, 0, 0, [...u32(7), ...u32(2), 0x61])],
    ['WINDOW_UPDATE', (w) => w.windowUpdate(0, 0x12345678), frame(8, 0, 0, u32(0x12345678))],
  ])('writes %s', (_, write, wanted) => {
    const writer = new FrameWriter();
    write(writer);
    expect(writer.queued).toBe(wanted.byteLength);
    expect([...concat(writer.take())]).toEqual([...wanted]);
    expect([writer.queued, writer.take()]).toEqual([0, []]);
  });

  it('cuts a long field block into CONTINUATION frames', () => {
    const writer = new FrameWriter();
    writer.headers(1, Uint8Array.of(1, 2, 3, 4, 5), true, 2);
    expect([...concat(writer.take())]).toEqual([
      ...frame(1, 1, 1, [1, 2]),
      ...frame(9, 0, 1, [3, 4]),
      ...frame(9, 4, 1, [5]),
    ]);
  });

  it('gives large DATA as the view that it got, and copies field blocks', () => {
    const writer = new FrameWriter();
    const bytes = new Uint8Array(70_000);
    writer.data(1, bytes, false);
    const block = new Uint8Array(9000);
    writer.headers(1, block, false, 16_384);
    block.fill(9);
    const pieces = writer.take();
    expect(pieces[1]?.buffer).toBe(bytes.buffer);
    expect(concat(pieces)).not.toContain(9 + 256);
    expect(
      concat(pieces)
        .subarray(70_018)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('joins DATA of one stream while the frame was not taken, up to the size that is asked', () => {
    const writer = new FrameWriter();
    const some = (n: number, value: number): Uint8Array => new Uint8Array(n).fill(value);
    writer.data(1, some(10, 1), false, 5010);
    writer.data(1, some(5000, 2), false, 5010);
    expect(writer.queued).toBe(9 + 5010);
    writer.data(1, some(1, 3), false, 5010);
    writer.data(3, some(1, 4), false, 5010);
    writer.data(3, some(0, 0), true, 5010);
    writer.data(3, some(1, 5), false, 5010);
    writer.windowUpdate(3, 1);
    writer.data(3, some(1, 6), false, 5010);
    const taken = concat(writer.take());
    const kept = [...taken];
    writer.data(3, some(1, 7), false, 5010);
    expect(kept).toEqual([
      ...frame(0, 0, 1, [...some(10, 1), ...some(5000, 2)]),
      ...frame(0, 0, 1, [3]),
      ...frame(0, 1, 3, [4]),
      ...frame(0, 0, 3, [5]),
      ...frame(8, 0, 3, u32(1)),
      ...frame(0, 0, 3, [6]),
    ]);
    expect([...concat(writer.take())]).toEqual([...frame(0, 0, 3, [7])]);
  });

  it('joins over every place in which its memory may end', () => {
    for (let before = 0; before < 40; before++) {
      const writer = new FrameWriter();
      const wanted: number[] = [];
      for (let n = 0; n < 628 + before; n++) {
        writer.windowUpdate(1, 1);
        wanted.push(...frame(8, 0, 1, u32(1)));
      }
      for (let n = 0; n < 5; n++) writer.data(1, Uint8Array.of(n), n === 4, 16_384);
      wanted.push(...frame(0, 1, 1, [0, 1, 2, 3, 4]));
      expect([...concat(writer.take())]).toEqual(wanted);
    }
  });

  it('never writes again to what was taken', () => {
    const writer = new FrameWriter();
    const taken: Uint8Array[] = [];
    const copies: number[][] = [];
    for (let i = 0; i < 2000; i++) {
      writer.windowUpdate(i, i + 1);
      if (i % 3 === 0)
        for (const piece of writer.take()) {
          taken.push(piece);
          copies.push([...piece]);
        }
    }
    expect(taken.map((piece) => [...piece])).toEqual(copies);
    const all = concat([...taken, ...writer.take()]);
    expect(all.byteLength).toBe(2000 * 13);
    for (let i = 0; i < 2000; i++)
      expect([...all.subarray(i * 13, i * 13 + 13)]).toEqual([...frame(8, 0, i, u32(i + 1))]);
  });
});
