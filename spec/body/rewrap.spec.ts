import { describe, expect, it } from '@jest/globals';
import { body, bytes, collect, fork, map, pipe } from '../../lib/mod.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A stream whose read was given up while its source had not answered, and the answers that the source owes. */
async function givenUp() {
  const late: ((chunk: Uint8Array | null) => void)[] = [];
  const stream = body({ pull: () => new Promise<Uint8Array | null>((resolve) => late.push(resolve)) });
  const reader = stream.getReader();
  reader.read().catch(() => {});
  await turn();
  reader.releaseLock();
  return { stream, late };
}

describe('a body that is made from a body', () => {
  it('loses nothing of a read that was given up', async () => {
    const { stream, late } = await givenUp();
    late.shift()?.(Uint8Array.of(0));
    await turn();
    const whole = bytes(stream);
    for (const chunk of [Uint8Array.of(1), null]) {
      await turn();
      late.shift()?.(chunk);
    }
    expect([...(await whole)]).toEqual([0, 1]);
  });

  it('loses nothing of a read that was given up and is answered later', async () => {
    const { stream, late } = await givenUp();
    const again = body(stream);
    for (const chunk of [Uint8Array.of(0), Uint8Array.of(1)]) {
      late.shift()?.(chunk);
      await turn();
    }
    const whole = bytes(again);
    for (let n = 0; n < 4; n++) {
      await turn();
      late.shift()?.(n ? null : Uint8Array.of(1));
    }
    expect([...(await whole)]).toEqual([0, 1]);
  });

  it('loses nothing of a chunk that a BYOB reader took in part', async () => {
    const stream = body([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)], { type: 'bytes' });
    const reader = stream.getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint16Array(4));
    reader.releaseLock();
    const first = new Uint8Array(value?.buffer ?? new ArrayBuffer(0), 0, value?.byteLength);
    expect([...first, ...(await bytes(stream))]).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses what is no bytes, from a pipe too', async () => {
    for (const value of [undefined, 5, new Uint16Array(2)]) {
      const values = () =>
        pipe(
          'abc',
          map(() => value as unknown as Uint8Array),
        );
      await expect(bytes(values())).rejects.toThrow(TypeError);
      await expect(new Response(body(values())).arrayBuffer()).rejects.toThrow(TypeError);
    }
  });
});

describe('what a source says', () => {
  it('takes no number from pull() for bytes that were written', async () => {
    for (const given of [0, 5]) {
      const stream = body({ pull: () => given as unknown as Uint8Array }, { type: 'bytes' });
      const reader = stream.getReader({ mode: 'byob' });
      await expect(reader.read(new Uint8Array(8))).rejects.toThrow(TypeError);
    }
  });

  it('calls trailers() on the source', async () => {
    const source = {
      fields: new Headers({ x: '1' }),
      pull: () => null,
      trailers(): Headers {
        return this.fields;
      },
    };
    expect((await collect(body(source))).trailers.get('x')).toBe('1');
  });

  it('asks for as much as there is room', async () => {
    const asked: number[] = [];
    const source = {
      pull(demand: number) {
        asked.push(demand);
        return asked.length < 3 ? new Uint8Array(9) : null;
      },
    };
    await body(source, { highWaterMark: 1 << 20 })
      .getReader()
      .read();
    expect(asked[0]).toBe(1 << 20);
  });

  it('holds no memory for a length that was only said', async () => {
    const reason = new Error('cut');
    const source = {
      byteLength: 2 ** 50,
      pull() {
        throw reason;
      },
    };
    await expect(bytes(body(source))).rejects.toBe(reason);
  });

  it('gives a branch memory of its own where a generator uses one buffer', async () => {
    const generate = function* (): Generator<Uint8Array> {
      const memory = new Uint8Array(1);
      for (memory[0] = 1; (memory[0] ?? 9) < 4; memory[0]++) yield memory;
    };
    const [a, b] = fork(generate, 2, { highWaterMark: 9 });
    expect([...(await bytes(a ?? ''))]).toEqual([1, 2, 3]);
    expect([...(await bytes(b ?? ''))]).toEqual([1, 2, 3]);
  });
});
