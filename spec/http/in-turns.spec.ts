import { describe, expect, it } from '@jest/globals';
import { inTurns } from '../../lib/http/in-turns.ts';

const kibibytes = (n: number): Uint8Array[] => [new Uint8Array(n * 512), new Uint8Array(n * 512)];
const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('inTurns', () => {
  it('lets the others have their turn after each MiB', async () => {
    const took = inTurns(setImmediate);
    for (let round = 0; round < 2; round++) {
      expect(took(kibibytes(1023))).toBeUndefined();
      let over = false;
      const turn = took(kibibytes(1));
      turn?.then(() => {
        over = true;
      });
      for (let n = 0; n < 9; n++) await undefined;
      expect(over).toBe(false);
      await turn;
    }
  });

  it('what was taken in an earlier turn counts no more', async () => {
    const took = inTurns(setImmediate);
    expect(took(kibibytes(600))).toBeUndefined();
    await immediate();
    expect(took(kibibytes(600))).toBeUndefined();
  });
});
