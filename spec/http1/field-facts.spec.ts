import { describe, expect, it } from '@jest/globals';
import { fieldFacts } from '../../lib/http1/field-facts.ts';

describe('fieldFacts', () => {
  it('joins lines, and leaves out the fields that decide nothing', () => {
    expect(
      fieldFacts([
        ...['host', 'a', 'host', 'b', 'content-length', '1', 'content-length', '2'],
        ...['transfer-encoding', 'a', 'transfer-encoding', 'b', 'connection', 'c', 'connection', 'd'],
        ...['expect', 'e', 'expect', 'f', 'upgrade', 'g', 'upgrade', 'h', 'x', 'y'],
      ]),
    ).toEqual({
      'content-length': '1, 2',
      'transfer-encoding': 'a, b',
      host: 'a, b',
      connection: 'c, d',
      expect: 'e, f',
      upgrade: 'g, h',
    });
  });
});
