import { describe, expect, it } from '@jest/globals';
import { Handshakes } from '../../adapters/shared/handshakes.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

const make = (headersTimeout?: number) => {
  const clock = virtualClock();
  const closed: string[] = [];
  const handshakes = new Handshakes<string>((name) => closed.push(name), {
    clock,
    ...(headersTimeout !== undefined && { headersTimeout }),
  });
  return { clock, closed, handshakes };
};

describe('Handshakes', () => {
  it('closes one that takes longer than a head may, and no other', async () => {
    const { clock, closed, handshakes } = make(100);
    handshakes.begin('slow');
    await clock.advance(50);
    handshakes.begin('late');
    handshakes.begin('done');
    handshakes.end('done');
    await clock.advance(49);
    expect(closed).toEqual([]);
    await clock.advance(1);
    expect(closed).toEqual(['slow']);
    handshakes.end('slow');
    await clock.advance(50);
    expect([closed, clock.pending]).toEqual([['slow', 'late'], 0]);
  });

  it('has the default of a head: 30 s', async () => {
    const { clock, closed, handshakes } = make();
    handshakes.begin('slow');
    await clock.advance(29_999);
    expect(closed).toEqual([]);
    await clock.advance(1);
    expect(closed).toEqual(['slow']);
  });

  it('drop closes those that are under way', () => {
    const { clock, closed, handshakes } = make(100);
    for (const name of ['a', 'b', 'c']) handshakes.begin(name);
    handshakes.end('b');
    const { drop } = handshakes;
    drop();
    expect(closed).toEqual(['a', 'c']);
    for (const name of ['a', 'c', 'unknown']) handshakes.end(name);
    drop();
    expect([closed, clock.pending]).toEqual([['a', 'c'], 0]);
  });

  it('one that ends as it is closed is closed once', () => {
    const closed: string[] = [];
    const handshakes: Handshakes<string> = new Handshakes(
      (name) => {
        closed.push(name);
        handshakes.end(name);
      },
      { clock: virtualClock() },
    );
    for (const name of ['a', 'b']) handshakes.begin(name);
    handshakes.drop();
    expect(closed).toEqual(['a', 'b']);
  });
});
