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
      return { output: new Output(io, { clock: virtualClock() }), written };
    };
    const [a, b, c] = [make(), make(), make()];
    a.output.addText('first');
    b.output.addText('second');
    a.output.flush();
    c.output.addText('third of all');
    for (const { output } of [b, c]) output.flush();
    expect([a.written, b.written, c.written]).toEqual([['first'], ['second'], ['third of all']]);
  });

  it.each([65_536, 65_537, 294_912, 294_913, 1_000_000])('writes a head of %d bytes whole', (length) => {
    let written = 0;
    let last: string | undefined;
    const write = (pieces: Uint8Array[]): void => {
      for (const piece of pieces) written += piece.byteLength;
      last = new TextDecoder().decode(pieces.at(-1)).slice(-5);
    };
    const output = new Output({ write, flushed: true } as unknown as Transport, { clock: virtualClock() });
    for (const end of ['first', 'again']) {
      output.addText('x'.repeat(length - 5) + end);
      output.flush();
      expect([written, last]).toEqual([length, end]);
      written = 0;
    }
  });
});
