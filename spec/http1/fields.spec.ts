import { describe, expect, it } from '@jest/globals';
import { fieldFacts } from '../../lib/http1/field-facts.ts';
import { fieldValues } from '../../lib/http1/fields.ts';

describe('fieldValues', () => {
  it('gives every value of one name, in order', () => {
    expect(fieldValues(['a', '1', 'b', '2', 'a', '3'], 'a')).toEqual(['1', '3']);
    expect(fieldValues(['a', '1'], '1')).toEqual([]);
  });
});

describe('fieldFacts', () => {
  it('joins lists and counts lines', () => {
    expect(
      fieldFacts([
        ...['host', 'a', 'host', 'b', 'content-length', '1', 'content-length', '2'],
        ...['transfer-encoding', 'a', 'transfer-encoding', 'b', 'connection', 'c', 'connection', 'd'],
        ...['expect', 'e', 'expect', 'f', 'upgrade', 'g', 'upgrade', 'h', 'x', 'y'],
      ]),
    ).toEqual({
      contentLength: '2',
      contentLengths: 2,
      transferEncoding: 'a, b',
      host: 'b',
      hosts: 2,
      connection: 'c, d',
      expect: 'e, f',
      upgrade: 'g, h',
    });
  });
});
