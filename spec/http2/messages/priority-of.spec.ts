import { describe, expect, it } from '@jest/globals';
import { priorityOf } from '../../../lib/http2/mod.ts';

describe('priorityOf', () => {
  it.each<[string | undefined, number, boolean]>([
    [undefined, 3, false],
    ['', 3, false],
    ['u=0', 0, false],
    ['u=7,i', 7, true],
    ['i, u=2', 2, true],
    ['u=5;x=1, i;y', 5, true],
    ['i=?1', 3, true],
    ['i=?0', 3, false],
    ['u=1, u=4', 4, false],
    ['i, i=?0', 3, false],
    ['u=8', 3, false],
    ['u=-1', 3, false],
    ['u=10', 3, false],
    ['u', 3, false],
    ['i=1', 3, false],
    ['uu=1, xi', 3, false],
    ['x="u=1"', 3, false],
    [' \tu=6 , i ', 6, true],
  ])('%j', (value, urgency, incremental) => {
    expect(priorityOf(value)).toEqual({ urgency, incremental });
  });

  it('takes no longer for a long field', () => {
    expect(priorityOf(`${', '.repeat(8000)}u=1`).urgency).toBe(1);
    expect(priorityOf(`${'u=9,'.repeat(4000)}`).urgency).toBe(3);
  });
});
