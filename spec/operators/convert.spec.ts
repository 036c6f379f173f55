import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { Source } from '../../lib/body/body-source.ts';
import { convert, more } from '../../lib/operators/convert.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { manual } from './manual.ts';

type Chunk = Uint8Array | null;
const same = (given: Chunk): Chunk => given;
const drain = async (source: Source<unknown>): Promise<unknown[]> => {
  const got: unknown[] = [];
  for (let one = await source.pull(1); one !== null; one = await source.pull(1)) got.push(one);
  return got;
};

describe('convert', () => {
  it('is synchronous as long as source and step are', async () => {
    const made = convert(countingSource({ chunkBytes: 1, totalBytes: 2 }), same);
    expect(made.pull(1)).toHaveLength(1);
    expect(made.pull(1)).toHaveLength(1);
    expect(made.pull(1)).toBeNull();
    const late = convert(countingSource({ chunkBytes: 1, totalBytes: 1, async: true }), same);
    expect(late.pull(1)).toBeInstanceOf(Promise);
    const slow = convert(countingSource({ chunkBytes: 1 }), async (given: Chunk) => given);
    expect(slow.pull(1)).toBeInstanceOf(Promise);
  });

  it('pulls on for `more`, and a hundred thousand of them cost no stack', async () => {
    for (const async of [false, true]) {
      let n = 0;
      const source = countingSource({ chunkBytes: 1, async });
      const made = convert<Uint8Array, number>(source, () => (++n < 100_000 ? more : n));
      expect(await made.pull(1)).toBe(100_000);
      expect(source.pulls).toBe(100_000);
    }
  });

  it('steps that follow one another are one: a pull runs them all', async () => {
    const source = countingSource({ chunkBytes: 1, totalBytes: 3 });
    const seen: string[] = [];
    const step = (name: string) => (given: Chunk) => {
      if (given) seen.push(name);
      return given;
    };
    const chain = convert(convert(convert(source, step('a')), step('b')), step('c'));
    await drain(chain);
    expect(seen.join('')).toBe('abcabcabc');
    expect(source.pulls).toBe(4);
  });

  it('a step that gives `more` keeps those behind it from their turn', async () => {
    let n = 0;
    const source = countingSource({ chunkBytes: 1, totalBytes: 4 });
    const seen: number[] = [];
    const odd = convert<Uint8Array, Uint8Array>(source, (given) =>
      given && n++ % 2 ? given : given && more,
    );
    const made = convert<Uint8Array, Uint8Array>(odd, (given) => {
      if (given) seen.push(given[0] as number);
      return given;
    });
    expect(await drain(made)).toHaveLength(2);
    expect(seen).toEqual([1, 3]);
  });

  it('a null in the middle is the end for those behind it, and stays it', async () => {
    let ends = 0;
    const source = countingSource({ chunkBytes: 1 });
    const cut = convert<Uint8Array, Uint8Array>(source, () => null);
    const made = convert<Uint8Array, Uint8Array>(cut, (given) => {
      if (given === null) ends++;
      return given;
    });
    expect([made.pull(1), ends]).toEqual([null, 1]);
  });

  it('what is left is given before the next pull, also after the end', async () => {
    const left: number[] = [];
    const made = convert<Uint8Array, number>(
      countingSource({ chunkBytes: 2, totalBytes: 4 }),
      (given) => {
        if (given) left.push(...given);
        else left.push(99);
        return left.shift() ?? more;
      },
      { rest: () => left.shift() ?? more },
    );
    expect(await drain(made)).toEqual([0, 1, 2, 3, 99]);
  });

  it('a step that fails cancels the source with its error, once, and nothing is pulled any more', async () => {
    for (const async of [false, true]) {
      const failure = new Error('no');
      const source = countingSource({ chunkBytes: 1 });
      const made = convert<Uint8Array, Uint8Array>(source, () => {
        if (async) return Promise.reject(failure);
        throw failure;
      });
      await expect(Promise.resolve().then(() => made.pull(1))).rejects.toBe(failure);
      expect(source.cancelled).toEqual({ reason: failure });
      expect(await made.pull(1)).toBeNull();
      expect(source.pulls).toBe(1);
    }
  });

  it('one that fails at the end, or after `stop`, cancels nothing', async () => {
    const failure = new Error('no');
    const ends = countingSource({ chunkBytes: 1, totalBytes: 0 });
    const made = convert<Uint8Array, Uint8Array>(ends, () => {
      throw failure;
    });
    expect(() => made.pull(1)).toThrow(failure);
    expect(ends.cancelled).toBeUndefined();
    const stopped = countingSource({ chunkBytes: 1 });
    const cut = convert<Uint8Array, Uint8Array>(stopped, (_, stop) => {
      stop();
      throw failure;
    });
    expect(() => cut.pull(1)).toThrow(failure);
    expect(stopped.cancelled).toEqual({ reason: undefined });
  });

  it('`stop`: what the step returns is the last, the source is cancelled once and has no trailers to say', () => {
    const source = Object.assign(countingSource({ chunkBytes: 1 }), { trailers: new Headers() });
    const made = convert<Uint8Array, Uint8Array>(source, (given, stop) => {
      stop();
      stop();
      return given;
    });
    expect(made.trailers).toBe(source.trailers);
    expect(made.pull(1)).toHaveLength(1);
    expect([made.pull(1), source.pulls, source.cancelled, made.trailers]).toEqual([
      null,
      1,
      { reason: undefined },
      undefined,
    ]);
    made.cancel?.('late');
  });

  it('a cancel goes up at once; what comes late takes no step', async () => {
    let steps = 0;
    const seen = manual();
    const made = convert<Uint8Array, Uint8Array>(seen.source, (given) => {
      steps++;
      return given;
    });
    const pulled = made.pull(1);
    made.cancel?.('left');
    expect(seen.reasons).toEqual(['left']);
    seen.give(5);
    expect([await pulled, steps, await made.pull(1), seen.pulls]).toEqual([null, 0, null, 1]);
  });

  it('keeps the length, and passes the reader’s memory on, only where it says that chunks pass', async () => {
    const views: unknown[] = [];
    const source = {
      byteLength: 4,
      pull: (_demand: number, view?: Uint8Array) => {
        views.push(view);
        return null;
      },
    };
    const view = new Uint8Array(4);
    const passes = convert<Uint8Array, Uint8Array>(source, same, { passes: true });
    passes.pull(4, view);
    const both = convert<Uint8Array, Uint8Array>(passes, same, { passes: true });
    const makes = convert<Uint8Array, Uint8Array>(passes, same);
    makes.pull(4, view);
    convert<Uint8Array, Uint8Array>(makes, same, { passes: true }).pull(4, view);
    both.pull(4, view);
    expect(views).toEqual([view, undefined, undefined, view]);
    expect([passes.byteLength, both.byteLength, makes.byteLength]).toEqual([4, 4, undefined]);
  });

  it('over a core it waits by calls, not by promises', async () => {
    const seen = manual();
    const core = new BodyCore(seen.source);
    const made = convert<Uint8Array, Uint8Array>(core, same, { passes: true });
    let woken = 0;
    const first = made.pull(1, undefined, () => woken++);
    expect(first).not.toBeInstanceOf(Promise);
    seen.give(3);
    for (let turn = 0; turn < 5; turn++) await undefined;
    expect(woken).toBe(1);
    expect(made.pull(1)).toHaveLength(3);
  });
});
