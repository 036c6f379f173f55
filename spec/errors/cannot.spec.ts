import { describe, expect, it } from '@jest/globals';
import { cannot } from '../../lib/errors/cannot.ts';

describe('cannot', () => {
  it.each<[unknown, string]>([
    [5, '5'],
    ['text', 'text'],
    [null, 'null'],
    [undefined, 'undefined'],
    [-0, '0'],
    [1n, '1'],
    [Symbol('s'), 'Symbol(s)'],
    [{}, '[object Object]'],
    [[], '[object Array]'],
    [() => {}, '[object Function]'],
    [new Headers(), '[object Headers]'],
    [Object.create(null), '[object Object]'],
  ])('says what was received: %p', (value, shown) => {
    const error = cannot('pipe', 'it must be a body', value);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`Cannot pipe as it must be a body: received ${shown}`);
  });

  it('is of the class that is asked for', () => {
    expect(cannot('a', 'b', 1, RangeError)).toBeInstanceOf(RangeError);
  });
});
