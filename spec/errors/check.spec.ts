import { describe, expect, it } from '@jest/globals';
import { check } from '../../lib/errors/check.ts';
import { checkFunction } from '../../lib/errors/check-function.ts';
import { checkMethod } from '../../lib/errors/check-method.ts';
import { checkNumber } from '../../lib/errors/check-number.ts';
import { checkOneOf } from '../../lib/errors/check-one-of.ts';

const odd = [null, undefined, 0, '', Number.NaN, {}, Symbol('s')];

describe('check', () => {
  it('throws unless it fits, and says the name, the rule and the value', () => {
    expect(() => check(true, 1, 'a name', 'a rule')).not.toThrow();
    expect(() => check(false, 1, 'a name', 'a rule')).toThrow(
      'Cannot use a name as it must be a rule: received 1',
    );
    expect(() => check(false, 1, 'a', 'b', RangeError)).toThrow(RangeError);
  });
});

describe('checkFunction', () => {
  it('takes functions and classes, and nothing else', () => {
    for (const fn of [() => {}, async () => {}, class {}]) expect(() => checkFunction(fn, 'x')).not.toThrow();
    for (const bad of odd) expect(() => checkFunction(bad, 'x')).toThrow(/as it must be a function/);
  });
});

describe('checkMethod', () => {
  it('looks for the method, wherever it comes from', () => {
    class A {
      append(): void {}
    }
    for (const good of [new A(), new Headers(), Object.create(new A())])
      expect(() => checkMethod(good, 'x', 'Headers', 'append')).not.toThrow();
    for (const bad of [...odd, { append: 5 }])
      expect(() => checkMethod(bad, 'x', 'Headers', 'append')).toThrow(/as it must be Headers/);
  });
});

describe('checkNumber', () => {
  it('a number that does not fit is a RangeError, anything else a TypeError, whether or not it fits', () => {
    expect(() => checkNumber(5, true, 'x', 'y')).not.toThrow();
    for (const bad of [5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => checkNumber(bad, false, 'x', 'y')).toThrow(RangeError);
    for (const bad of ['5', null, undefined, 5n, new Date(5)])
      expect(() => checkNumber(bad, true, 'x', 'y')).toThrow(TypeError);
  });
});

describe('checkOneOf', () => {
  it('takes one of them, itself', () => {
    expect(() => checkOneOf('a', 'x', ['a', 'b'])).not.toThrow();
    for (const bad of [...odd, 'c', ['a'], Object('a')])
      expect(() => checkOneOf(bad, 'x', ['a', 'b'])).toThrow(/as it must be one of a, b/);
  });
});
