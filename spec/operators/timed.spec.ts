import { describe, expect, it } from '@jest/globals';
import { bytes, deadline, idleTimeout, pipe, stallTimeout, throttle } from '../../lib/mod.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';

/** A source whose chunks come when the spec says so. */
function manual() {
  let give: (chunk: Uint8Array | null) => void = () => {};
  const reasons: unknown[] = [];
  return {
    source: {
      pull: () =>
        new Promise<Uint8Array | null>((resolve) => {
          give = resolve;
        }),
      cancel: (reason: unknown) => void reasons.push(reason),
    },
    give: (size: number) => give(size ? new Uint8Array(size) : null),
    reasons,
  };
}
const outcome = (read: Promise<unknown>) => {
  const seen: { error?: unknown; value?: unknown } = {};
  read.then(
    (value) => {
      seen.value = value;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
};

describe('idleTimeout', () => {
  it('a consumer that sleeps never trips it; a source that does, does', async () => {
    const clock = virtualClock();
    const { source, give, reasons } = manual();
    const reader = pipe(source, idleTimeout(100, { clock })).getReader();
    await clock.advance(1000);
    for (let i = 0; i < 3; i++) {
      const read = outcome(reader.read());
      await clock.advance(99);
      give(1);
      await clock.advance(0);
      expect(read.value).toMatchObject({ done: false });
      expect(clock.pending).toBe(0);
      await clock.advance(1000);
    }
    const read = outcome(reader.read());
    await clock.advance(100);
    expect(read.error).toMatchObject({ name: 'TimeoutError', code: 'ERR_IDLE_TIMEOUT', timeout: 100 });
    expect(reasons).toEqual([read.error]);
    expect(reasons[0]).toBe(read.error);
    expect(clock.pending).toBe(0);
  });
});

describe('stallTimeout', () => {
  it('trips while no one reads, at once: the source hears, the next read throws', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, stallTimeout(100, { clock })).getReader();
    await reader.read();
    await clock.advance(99);
    await reader.read();
    await clock.advance(99);
    expect(source.cancelled).toBeUndefined();
    await clock.advance(1);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_STALL_TIMEOUT', timeout: 100 });
    expect(await reader.read().catch((e) => e)).toBe(source.cancelled?.reason);
    expect([source.pulls, clock.pending]).toEqual([2, 0]);
  });

  it('trips while a read waits, and for a body that no one begins to read', async () => {
    const clock = virtualClock();
    const { source, reasons } = manual();
    const read = outcome(pipe(source, stallTimeout(100, { clock })).getReader().read());
    const unread = countingSource({ chunkBytes: 1 });
    pipe(unread, stallTimeout(100, { clock }));
    await clock.advance(100);
    expect(read.error).toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
    expect(reasons).toEqual([read.error]);
    expect([unread.pulls, unread.cancelled?.reason]).toMatchObject([0, { code: 'ERR_STALL_TIMEOUT' }]);
  });

  it('is late also where timers never run', async () => {
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => {} };
    const source = countingSource({ chunkBytes: 1 });
    const reader = pipe(source, stallTimeout(100, { clock })).getReader();
    await reader.read();
    now = 101;
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_STALL_TIMEOUT' });
  });
});

describe('deadline', () => {
  it('is for the whole body, pauses included, read or not', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10 });
    const reader = pipe(source, deadline(100, { clock })).getReader();
    for (let i = 0; i < 9; i++) {
      await reader.read();
      await clock.advance(11);
    }
    expect(source.cancelled).toBeUndefined();
    await clock.advance(1);
    expect(source.cancelled?.reason).toMatchObject({ code: 'ERR_DEADLINE', timeout: 100 });
    expect(await reader.read().catch((e) => e)).toBe(source.cancelled?.reason);
  });

  it('takes a Date, also one in the past or far away', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10, totalBytes: 20 });
    await expect(bytes(pipe(source, deadline(new Date(0), { clock })))).rejects.toMatchObject({
      code: 'ERR_DEADLINE',
    });
    expect(source.pulls).toBe(0);
    const far = pipe(countingSource({ chunkBytes: 10, totalBytes: 20 }), deadline(new Date(8e15), { clock }));
    await clock.advance(2 ** 32);
    expect(await bytes(far)).toHaveLength(20);
    expect(await bytes(pipe('abc', deadline(Number.POSITIVE_INFINITY, { clock })))).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });
});

describe('timed operators', () => {
  it('stack: the first that is due wins, and every timer goes', async () => {
    for (const [idle, stall, due, code] of [
      [10, 20, 30, 'ERR_IDLE_TIMEOUT'],
      [30, 10, 20, 'ERR_STALL_TIMEOUT'],
      [30, 20, 10, 'ERR_DEADLINE'],
    ] as const) {
      const clock = virtualClock();
      const { source, reasons } = manual();
      const stream = pipe(
        source,
        idleTimeout(idle, { clock }),
        stallTimeout(stall, { clock }),
        deadline(due, { clock }),
      );
      const read = outcome(stream.getReader().read());
      await clock.advance(1000);
      expect([read.error, reasons]).toMatchObject([{ code }, [{ code }]]);
      expect(clock.pending).toBe(0);
    }
  });

  it.each(['end', 'error', 'cancel', 'cancel while a read waits'])(
    'leave no timer behind: %s (law 8)',
    async (way) => {
      const clock = virtualClock();
      const { source, give } = manual();
      const stream = pipe(
        way === 'error' ? { pull: () => Promise.reject(new Error('broke')) } : source,
        idleTimeout(100, { clock }),
        stallTimeout(100, { clock }),
        deadline(100, { clock }),
        throttle({ bytesPerSecond: 1, clock }),
      );
      const reader = stream.getReader();
      const first = outcome(reader.read());
      await clock.advance(0);
      if (way === 'end') give(0);
      if (way === 'cancel') {
        give(5);
        await clock.advance(0);
        expect(first.value).toBeDefined();
        outcome(reader.read());
        await clock.advance(0);
      }
      if (way.startsWith('cancel')) await reader.cancel();
      await clock.advance(0);
      expect(clock.pending).toBe(0);
    },
  );

  it('refuse times out of range at the call', () => {
    for (const make of [idleTimeout, stallTimeout]) {
      for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])
        expect(() => make(bad)).toThrow(RangeError);
      expect(() => make('1' as unknown as number)).toThrow(TypeError);
    }
    expect(() => deadline(Number.NaN)).toThrow(RangeError);
    expect(() => deadline(new Date(Number.NaN))).toThrow(RangeError);
    expect(() => deadline('soon' as unknown as number)).toThrow(TypeError);
  });
});

describe('throttle', () => {
  it('keeps the rate by not pulling', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 100 });
    const reader = pipe(source, throttle({ bytesPerSecond: 1000, burst: 250, clock })).getReader();
    let read = 0;
    const drain = (async () => {
      for (let r = await reader.read(); !r.done; r = await reader.read()) read += r.value.byteLength;
    })();
    await clock.advance(0);
    expect([read, source.bytes]).toEqual([300, 300]);
    for (let ms = 50; ms <= 5000; ms += 50) {
      await clock.advance(50);
      expect(read).toBe(source.bytes);
      expect(read).toBeLessThanOrEqual(250 + ms + 100);
      expect(read).toBeGreaterThanOrEqual(250 + ms - 1);
    }
    const cancelled = reader.cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
    await cancelled;
    await drain;
    expect(clock.pending).toBe(0);
  });

  it('a pause fills the bucket up to burst only', async () => {
    const clock = virtualClock();
    const source = countingSource({ chunkBytes: 10, totalBytes: 1000 });
    const stream = pipe(source, throttle({ bytesPerSecond: 100, burst: 50, clock }));
    await clock.advance(100_000);
    outcome(bytes(stream));
    await clock.advance(0);
    expect(source.bytes).toBe(50);
  });

  it('refuses rates out of range at the call', () => {
    expect(() => throttle({ bytesPerSecond: 0 })).toThrow(RangeError);
    expect(() => throttle({ bytesPerSecond: 1, burst: 0 })).toThrow(RangeError);
    expect(() => throttle({} as never)).toThrow(TypeError);
  });
});
