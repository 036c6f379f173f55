import { describe, expect, it } from '@jest/globals';
import { bytes, filter, lines, type Operator, pipe, tap } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { callbackLaws } from './callback-laws.ts';
import { laws } from './laws.ts';
import { all, turn } from './reading.ts';

describe('tap', () => {
  laws('tap');
  callbackLaws(tap);

  it('shows each chunk, itself, and passes it on whatever the function returns', async () => {
    const chunks = [new Uint8Array(1), new Uint8Array(2)];
    for (const given of [undefined, null, false, 0, 'x', Promise.resolve(null)]) {
      const seen: unknown[] = [];
      const got = await all(
        pipe(
          chunks,
          tap((chunk) => {
            seen.push(chunk);
            return given;
          }),
        ),
      );
      expect([seen[0] === chunks[0], got[1] === chunks[1], seen.length, got.length]).toEqual([
        true,
        true,
        2,
        2,
      ]);
    }
  });

  it('is not called for an end: a value of null is one', async () => {
    const seen: unknown[] = [];
    await bytes(
      pipe(
        '',
        tap((chunk) => seen.push(chunk)),
      ),
    );
    expect(seen).toEqual([]);
    await all(
      pipe(
        [{}, null],
        tap((value) => seen.push(value)),
      ),
    );
    expect(seen).toEqual([{}, null]);
  });

  it('shows values that an operator made', async () => {
    const seen: string[] = [];
    await all(
      pipe(
        'a\nb',
        lines(),
        tap((line) => seen.push(line)),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
  });

  it('awaits what is asynchronous, and no function behind it is called after a cancel', async () => {
    let calls = 0;
    let give: () => void = () => {};
    const source = countingSource({ chunkBytes: 10 });
    const held = tap(() => {
      calls++;
      return new Promise<void>((resolve) => {
        give = resolve;
      });
    });
    const stream = pipe(
      source,
      held,
      filter(() => calls++ > 99),
    );
    const reader = stream.getReader();
    const pending = reader.read();
    await turn();
    await reader.cancel('left');
    give();
    await pending;
    await turn();
    expect([calls, source.pulls]).toEqual([1, 1]);
  });

  it('takes no step for a value that an operator before it gives late, after the cancel', async () => {
    let give: (chunk: Uint8Array) => void = () => {};
    let calls = 0;
    const late: Operator<Uint8Array, Uint8Array> = () => ({
      pull: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    const stream = pipe(
      'x',
      late,
      tap(() => calls++),
    );
    const reader = stream.getReader();
    const pending = reader.read();
    await turn();
    await reader.cancel('left');
    give(new Uint8Array(1));
    await pending;
    await turn();
    expect(calls).toBe(0);
  });
});
