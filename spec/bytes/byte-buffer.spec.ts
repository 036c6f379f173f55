import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteBuffer } from '../../lib/bytes/byte-buffer.ts';

describe('ByteBuffer', () => {
  it('is a queue of bytes, whatever is appended and taken', () => {
    const step = fc.oneof(
      fc.record({ append: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ take: fc.option(fc.nat(50), { nil: undefined }) }),
    );
    fc.assert(
      fc.property(
        fc.array(step),
        fc.nat(64),
        fc.option(fc.nat(64), { nil: undefined }),
        (steps, size, most) => {
          const buffer = new ByteBuffer(most, size);
          let held: number[] = [];
          const taken: [Uint8Array, number[]][] = [];
          for (const one of steps) {
            if ('append' in one) {
              buffer.append(one.append);
              held.push(...one.append);
              // The chunk may be used again.
              one.append.fill(0xee);
            } else {
              const n = one.take ?? held.length;
              taken.push([buffer.take(one.take), held.slice(0, n)]);
              held = held.slice(n);
            }
            expect(buffer.byteLength).toBe(held.length);
            expect([...buffer.bytes]).toEqual(held);
          }
          // What was taken is not written again.
          for (const [view, bytes] of taken) expect([...view]).toEqual(bytes);
        },
      ),
    );
  });

  it('grows by doubling, to no more than it may at once, but for a chunk that needs more', () => {
    const buffer = new ByteBuffer(100);
    const memory: number[] = [];
    const append = (size: number): void => {
      buffer.append(new Uint8Array(size));
      if (memory.at(-1) !== buffer.bytes.buffer.byteLength) memory.push(buffer.bytes.buffer.byteLength);
    };
    for (let n = 0; n < 100; n++) append(1);
    expect(memory).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
    append(1);
    expect(memory.at(-1)).toBe(101);
  });

  it('begins with the memory that it is told', () => {
    const buffer = new ByteBuffer(100, 50);
    const { buffer: memory } = buffer.bytes;
    buffer.append(new Uint8Array(50));
    expect(buffer.bytes.buffer).toBe(memory);
  });

  it('holds no memory once all was taken', () => {
    const buffer = new ByteBuffer();
    buffer.append(new Uint8Array(1000));
    buffer.take();
    expect([buffer.byteLength, buffer.bytes.buffer.byteLength]).toEqual([0, 0]);
  });
});
