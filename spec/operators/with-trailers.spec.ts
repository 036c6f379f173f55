import { describe, expect, it } from '@jest/globals';
import { body, collect, fixedLength, pipe, tap, withTrailers } from '../../lib/mod.ts';
import { laws } from './laws.ts';
import { all } from './reading.ts';

describe('withTrailers', () => {
  laws('withTrailers');

  it.each([undefined, null, 5, 'x', { a: '1' }, [['a', '1']]])('refuses %j at the call', (trailers) => {
    expect(() => withTrailers(trailers as never)).toThrow(
      /^Cannot use trailers as it must be Headers: received /,
    );
  });

  it('attaches and adds; a function runs once, at the end', async () => {
    let calls = 0;
    const fn = async () => {
      calls++;
      return new Headers({ b: '2', c: '3' });
    };
    const stream = pipe(
      body('x', { trailers: new Headers({ a: '1', b: '1' }) }),
      withTrailers(fn),
      tap(() => {}),
      fixedLength(1),
    );
    expect(stream.hasTrailers).toBe(true);
    const reader = stream.getReader();
    await reader.read();
    expect(calls).toBe(0);
    await reader.read();
    expect([...(await stream.trailers)]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    expect(calls).toBe(1);
    const failure = new Error('no sum');
    await expect(collect(pipe('x', withTrailers(Promise.reject(failure))))).rejects.toBe(failure);
    const broken = pipe({ pull: () => Promise.reject(failure) }, withTrailers(fn));
    await expect(collect(broken)).rejects.toBe(failure);
    expect(calls).toBe(1);
  });

  it('the function runs once, whether or not anyone asks for the trailers, and not for a body that is left', async () => {
    let calls = 0;
    const operator = withTrailers(() => {
      calls++;
      return new Headers();
    });
    await all(pipe('x', operator));
    expect(calls).toBe(1);
    const left = pipe(['a', 'b'], operator);
    const reader = left.getReader();
    await reader.read();
    const reason = { why: 'left' };
    await reader.cancel(reason);
    expect(await left.trailers.catch((e) => e)).toBe(reason);
    expect(calls).toBe(1);
  });

  it('what comes last replaces what has the same name; the length stays', async () => {
    const stream = pipe(
      'x',
      withTrailers(new Headers({ a: '1', b: '1' })),
      withTrailers(Promise.resolve(new Headers({ B: '2' }))),
      withTrailers(async () => new Headers({ c: '3' })),
    );
    expect([stream.byteLength, stream.hasTrailers]).toEqual([1, true]);
    expect([...(await collect(stream)).trailers]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
  });

  it('what a function throws or makes wrongly rejects the trailers, after the bytes', async () => {
    const failure = new Error('no sum');
    const throws = pipe(
      ['x'],
      withTrailers(() => {
        throw failure;
      }),
    );
    expect(await all(throws)).toHaveLength(1);
    expect(await throws.trailers.catch((e) => e)).toBe(failure);
    const wrong = pipe(
      'x',
      withTrailers(() => ({ a: '1' }) as never),
    );
    await all(wrong);
    await expect(wrong.trailers).rejects.toThrow(TypeError);
  });

  it('trailers of the source that fail fail all', async () => {
    const failure = new Error('no sum');
    const from = body('x', { trailers: Promise.reject(failure) });
    const stream = pipe(from, withTrailers(new Headers({ a: '1' })));
    expect(await all(stream)).toHaveLength(1);
    expect(await stream.trailers.catch((e) => e)).toBe(failure);
  });
});
