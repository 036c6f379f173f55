import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { iterableSource } from '../../lib/body/iterable-source.ts';

describe('iterableSource', () => {
  it('opens the function at the first pull, and the signal aborts with the reason of the cancel', async () => {
    let heard: AbortSignal | undefined;
    const source = iterableSource(async function* ({ signal }) {
      heard = signal;
      yield 'a';
      yield 'b';
    });
    expect(heard).toBeUndefined();
    expect(await source.pull(1)).toEqual(new Uint8Array([97]));
    expect(heard?.aborted).toBe(false);
    const reason = new Error('left');
    await source.cancel?.(reason);
    expect(heard?.reason).toBe(reason);
  });

  it('a function that was never pulled is never called', async () => {
    let calls = 0;
    const source = iterableSource(() => {
      calls++;
      return [];
    });
    await source.cancel?.('unread');
    expect(calls).toBe(0);
  });

  it('an iterable that was never pulled hears of it too: it may hold something', async () => {
    let returned = 0;
    const held = {
      next: () => ({ done: true as const, value: undefined }),
      return: () => ({ done: true as const, value: returned++ }),
    };
    await iterableSource({ [Symbol.iterator]: () => held } as Iterable<string>).cancel?.('unread');
    expect(returned).toBe(1);
  });

  it('a generator is returned, and its finally is awaited', async () => {
    let closed = false;
    const source = iterableSource(
      (async function* () {
        try {
          yield 'a';
        } finally {
          await Promise.resolve();
          closed = true;
        }
      })(),
    );
    await source.pull(1);
    await source.cancel?.('left');
    expect(closed).toBe(true);
  });

  it('what a synchronous iterable has promised fails: it is told, and the reason of a cancel as well', async () => {
    const failure = new Error('broke');
    const heard: unknown[] = [];
    const held = {
      next: () => ({ done: false, value: Promise.reject(failure) as unknown as string }),
      return: (...reasons: unknown[]) => ({ done: true as const, value: heard.push(...reasons, 'over') }),
    };
    const iterable = { [Symbol.iterator]: () => held } as Iterable<string>;
    await expect(iterableSource(iterable).pull(1)).rejects.toBe(failure);
    expect(heard).toEqual(['over']);
    await iterableSource(iterable).cancel?.('left');
    expect(heard).toEqual(['over', 'left', 'over']);
  });

  it('a synchronous iterable answers at once, and its promises are awaited', async () => {
    const source = iterableSource(['a', Promise.resolve('b') as unknown as string]);
    expect(source.pull(1)).toEqual(new Uint8Array([97]));
    expect(await source.pull(1)).toEqual(new Uint8Array([98]));
    expect(source.pull(1)).toBeNull();
  });

  it('what the iterable throws comes through', async () => {
    const failure = new Error('broke');
    const source = iterableSource(async function* () {
      yield* [];
      throw failure;
    });
    expect(await Promise.resolve(source.pull(1)).catch((e) => e)).toBe(failure);
  });

  it.each([false, true])('a Node Readable is destroyed by the cancel; it was read: %p', async (read) => {
    const readable = new PassThrough();
    const source = iterableSource(readable);
    const pulled = read ? Promise.resolve(source.pull(1)).catch((error) => error.code) : undefined;
    await source.cancel?.(new Error('left'));
    expect(readable.destroyed).toBe(true);
    if (read) expect(await pulled).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });

  it('a Node Readable that fails before it is read fails the body, and nobody else', async () => {
    const readable = new PassThrough();
    const source = iterableSource(readable);
    const failure = new Error('no such file');
    expect(readable.emit('error', failure)).toBe(true);
    readable.destroy(failure);
    expect(await Promise.resolve(source.pull(1)).catch((error) => error)).toBe(failure);
  });
});
