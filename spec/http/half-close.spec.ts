import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { halfClose } from '../../lib/http/half-close.ts';
import type { Transport } from '../../lib/http/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

function make(owing: boolean) {
  const clock = virtualClock();
  const flushed = deferred<void>();
  const seen: unknown[] = [];
  const io = { close: () => flushed.promise } as unknown as Transport;
  const done = halfClose(
    io,
    owing,
    { clock, writeTimeout: 100 },
    () => seen.push('drain'),
    (error) => seen.push(error),
  );
  return { clock, done, flushed, seen };
}

describe('halfClose', () => {
  it('where nothing waits the peer’s time begins at once', async () => {
    const { clock, done, flushed, seen } = make(false);
    expect([seen, clock.pending]).toEqual([['drain'], 0]);
    flushed.resolve();
    await done;
    expect(seen).toEqual(['drain']);
  });

  it('else once the last of it is with the peer, which may take its time for that too', async () => {
    const { clock, done, flushed, seen } = make(true);
    await clock.advance(99);
    expect(seen).toEqual([]);
    flushed.resolve();
    await done;
    await clock.advance(1000);
    expect([seen, clock.pending]).toEqual([['drain'], 0]);
  });

  it('a peer that does not take it is late', async () => {
    const { clock, seen } = make(true);
    await clock.advance(100);
    expect(seen).toEqual([expect.objectContaining({ code: 'ERR_STALL_TIMEOUT', timeout: 100 })]);
  });

  it('a close that fails is one that is done', async () => {
    for (const owing of [true, false]) {
      const { done, flushed, seen } = make(owing);
      flushed.reject(new Error('gone'));
      await done;
      expect(seen).toEqual(['drain']);
    }
  });
});
