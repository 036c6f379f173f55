import { describe, expect, it } from '@jest/globals';
import { fieldValues } from '../../lib/http1/fields.ts';

describe('fieldValues', () => {
  it('gives every value of one name, in order', () => {
    expect(fieldValues(['a', '1', 'b', '2', 'a', '3'], 'a')).toEqual(['1', '3']);
    expect(fieldValues(['a', '1'], '1')).toEqual([]);
  });
});
