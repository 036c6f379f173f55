import { describe, expect, it } from '@jest/globals';
import { Lull } from '../../lib/http/lull.ts';
import type { Transport } from '../../lib/http/mod.ts';

describe('Lull', () => {
  const turns = async (n: number): Promise<void> => {
    for (let turn = 0; turn < n; turn++) await undefined;
  };

  it('calls back once, when nothing has come for some turns', async () => {
    let calls = 0;
    const lull = new Lull({} as Transport, () => calls++);
    lull.wait();
    for (let n = 0; n < 5; n++) {
      await turns(8);
      // Something has come: its patience begins anew.
      lull.wait();
      expect(calls).toBe(0);
    }
    await turns(40);
    expect(calls).toBe(1);
    lull.wait();
    await turns(40);
    expect(calls).toBe(2);
  });

  it('where the transport knows better it is asked, once for all that come meanwhile', async () => {
    const asked: (() => void)[] = [];
    let calls = 0;
    const lull = new Lull(
      { soon: (callback: () => void) => asked.push(callback) } as unknown as Transport,
      () => calls++,
    );
    for (let n = 0; n < 3; n++) lull.wait();
    await turns(40);
    expect([asked.length, calls]).toEqual([1, 0]);
    asked[0]?.();
    expect(calls).toBe(1);
    lull.wait();
    expect(asked).toHaveLength(2);
  });

  it('may wait again where it calls back', async () => {
    let calls = 0;
    const lull: Lull = new Lull({} as Transport, () => {
      if (++calls < 3) lull.wait();
    });
    lull.wait();
    await turns(100);
    expect(calls).toBe(3);
  });
});
