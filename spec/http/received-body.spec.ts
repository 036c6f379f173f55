import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { ReceivedBody } from '../../lib/http/received-body.ts';

function start(gives = true): { body: ReceivedBody; consumed: number[]; cancelled: unknown[] } {
  const consumed: number[] = [];
  const cancelled: unknown[] = [];
  const body = new ReceivedBody(undefined, false, gives, Headers, {
    consumed: (bytes) => consumed.push(bytes),
    cancel: (reason) => cancelled.push(reason),
  });
  return { body, consumed, cancelled };
}

/** A piece of what one read of the transport gave. */
const view = (bytes: number, of = 65_536, value = 1): Uint8Array =>
  new Uint8Array(of).fill(value).subarray(9, 9 + bytes);

describe('ReceivedBody', () => {
  it('joins what one read brings, and counts it as consumed when it is given', async () => {
    const { body, consumed } = start();
    const pulled = body.pull(65_536);
    body.push(view(10));
    body.push(view(20));
    expect(consumed).toEqual([]);
    body.settle();
    expect(consumed).toEqual([30]);
    expect((await pulled)?.byteLength).toBe(30);
  });

  it('holds on to no more memory than what it holds is worth', async () => {
    const { body } = start();
    for (let i = 0; i < 1000; i++) {
      body.push(view(1, 65_536, i));
      body.settle();
    }
    expect(body.held).toBe(1000);
    const part = await body.pull(65_536);
    expect(part?.byteLength).toBe(1000);
    expect(part?.buffer.byteLength).toBeLessThanOrEqual(2000);
    expect(part?.every((byte, i) => byte === (i & 255))).toBe(true);
    body.push(view(40_000));
    body.settle();
    expect((await body.pull(65_536))?.buffer.byteLength).toBe(65_536);
  });

  it('gives a whole chunk of the transport away only where that is given away', async () => {
    const chunk = new Uint8Array(100);
    for (const gives of [true, false]) {
      const { body } = start(gives);
      body.push(chunk);
      body.settle();
      expect((await body.pull(65_536)) === chunk).toBe(gives);
    }
  });

  it.each([true, false])(
    'gives a read that it fills with its memory, without a copy, where that is given away: %s',
    async (gives) => {
      for (const type of ['default', 'bytes'] as const) {
        const { body, consumed } = start(gives);
        const read = Uint8Array.from({ length: 32_768 }, (_, i) => i % 251);
        const pieces = [read.subarray(9, 16_384), read.subarray(16_393)];
        const wanted = [...read.subarray(9, 16_384), ...read.subarray(16_393)];
        for (const piece of pieces) body.push(piece);
        body.settle();
        const { value } = await new BodyStream(body, { type, transfer: true }).getReader().read();
        expect(Buffer.compare(value ?? new Uint8Array(0), Uint8Array.from(wanted))).toBe(0);
        expect(consumed).toEqual([wanted.length]);
        // Transferred, or the very memory, or left as it was.
        expect(read.byteLength).toBe(gives && type === 'bytes' ? 0 : 32_768);
        expect(value?.buffer === read.buffer).toBe(gives && type === 'default');
      }
    },
  );

  it('squeezes framing out of a read, but nothing that may be of others', async () => {
    const parts = fc.array(
      fc.tuple(fc.constantFrom(0, 1, 8, 9, 9, 9, 10, 500), fc.integer({ min: 1, max: 9000 })),
      {
        minLength: 1,
        maxLength: 10,
      },
    );
    const run = async (parts: [number, number][], rest: number): Promise<void> => {
      const size = parts.reduce((sum, [gap, length]) => sum + gap + length, rest);
      const read = Uint8Array.from({ length: size }, (_, i) => i % 251);
      const { body } = start();
      const wanted: number[] = [];
      let at = 0;
      for (const [gap, length] of parts) {
        body.push(read.subarray(at + gap, at + gap + length));
        at += gap + length;
        wanted.push(...read.subarray(at - length, at));
      }
      const before = read.slice();
      body.settle();
      const part = await body.pull(1_000_000);
      expect(Buffer.compare(part ?? new Uint8Array(0), Uint8Array.from(wanted))).toBe(0);
      const alone = size >= 16_384 && rest === 0 && parts.every(([gap]) => gap < 10);
      if (alone) expect(part?.buffer).toBe(read.buffer);
      else expect(Buffer.compare(read, before)).toBe(0);
    };
    await fc.assert(fc.asyncProperty(parts, fc.constantFrom(0, 0, 0, 1), run));
  });

  it('gives at most what is asked for, but for one piece that is more', async () => {
    const { body } = start();
    for (const bytes of [600, 600, 5000]) {
      body.push(view(bytes, bytes + 9));
      body.settle();
    }
    const sizes = [await body.pull(1000), await body.pull(1000), await body.pull(1000)];
    expect(sizes.map((part) => part?.byteLength)).toEqual([600, 600, 5000]);
  });

  it('fills views, in parts', async () => {
    const { body, consumed } = start();
    const into = new Uint8Array(25);
    const filled = body.pullInto(into);
    body.push(view(20));
    body.push(view(20, 65_536, 2));
    body.settle();
    expect(await filled).toBe(25);
    expect([...into.subarray(18, 22)]).toEqual([1, 1, 2, 2]);
    body.push(view(5, 65_536, 3));
    body.settle();
    expect(await body.pullInto(into)).toBe(20);
    expect([...into.subarray(13, 17)]).toEqual([2, 2, 3, 3]);
    expect(consumed).toEqual([25, 20]);
  });

  it('ends, or fails, after what it holds', async () => {
    const { body } = start();
    body.push(view(3));
    body.fail('lost');
    expect((await body.pull(10))?.byteLength).toBe(3);
    expect(() => body.pull(10)).toThrow('lost');
    const ended = start().body;
    ended.push(view(3));
    ended.end([['x-a', '1']]);
    ended.settle();
    ended.fail('too late');
    expect((await ended.pull(10))?.byteLength).toBe(3);
    expect(ended.pull(10)).toBeNull();
    expect((ended.trailers as () => Headers)().get('x-a')).toBe('1');
  });

  it('never looks finished when it was taken away', async () => {
    const { body } = start();
    body.push(view(3));
    body.end(null);
    body.settle();
    body.detach('gone');
    expect(() => body.pull(10)).toThrow('gone');
    const waiting = start().body;
    const pulled = waiting.pull(10);
    waiting.detach('gone');
    await expect(pulled).rejects.toBe('gone');
  });

  it('takes nothing in once it was cancelled', () => {
    const { body, cancelled } = start();
    body.push(view(3));
    body.settle();
    body.cancel('enough');
    body.push(view(3));
    body.settle();
    expect(body.held).toBe(0);
    expect(cancelled).toEqual(['enough']);
  });
});
