import { describe, expect, it } from '@jest/globals';
import { Output } from '../../lib/http/output.ts';
import type { Transport } from '../../lib/http/transport.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

describe('Output', () => {
  it('leaves alone what another output has added and not yet written', () => {
    const make = (): { output: Output; written: string[] } => {
      const written: string[] = [];
      const write = (pieces: Uint8Array[]) =>
        void written.push(...pieces.map((piece) => new TextDecoder().decode(piece)));
      const io = { write, flushed: true } as unknown as Transport;
      return { output: new Output(io, virtualClock()), written };
    };
    const [a, b, c] = [make(), make(), make()];
    a.output.addText('first');
    b.output.addText('second');
    a.output.flush();
    c.output.addText('third of all');
    for (const { output } of [b, c]) output.flush();
    expect([a.written, b.written, c.written]).toEqual([['first'], ['second'], ['third of all']]);
  });
});
