import { describe, expect, it } from '@jest/globals';
import { fieldRecord } from '../../lib/http/field-record.ts';

describe('fieldRecord', () => {
  it('has those of one name as a list, in order', () => {
    expect({
      ...fieldRecord([
        ['a', '1'],
        ['set-cookie', 'x'],
        ['b', ''],
        ['set-cookie', 'y'],
        ['set-cookie', 'z'],
      ]),
    }).toEqual({ a: '1', 'set-cookie': ['x', 'y', 'z'], b: '' });
    expect({ ...fieldRecord([]) }).toEqual({});
  });

  it('a field may be named as what every object has', () => {
    const record = fieldRecord([
      ['constructor', '1'],
      ['__proto__', '2'],
      ['tostring', '3'],
      ['constructor', '4'],
    ]);
    expect(Object.entries(record)).toEqual([
      ['constructor', ['1', '4']],
      ['__proto__', '2'],
      ['tostring', '3'],
    ]);
    expect(Object.getPrototypeOf(record)).toBeNull();
  });

  it.each([
    ['', 'a'],
    ['a b', 'a'],
    ['a:', 'a'],
    [':path', 'a'],
    ['a\r\n', 'a'],
    ['é', 'a'],
    ['a', 'b\r\nc: d'],
    ['a', 'b\nc'],
    ['a', 'b\0'],
    ['a', '\x7f'],
    ['a', '\u0100'],
  ])('refuses %j: %j', (name, value) => {
    expect(() => fieldRecord([[name, value]])).toThrow(TypeError);
  });

  it('takes what RFC 9110 section 5.5 does: tabs, spaces and obs-text', () => {
    expect({ ...fieldRecord([['a', 'b\tc \xe9']]) }).toEqual({ a: 'b\tc \xe9' });
  });
});
