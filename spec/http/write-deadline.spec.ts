import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { writeDeadline } from '../../lib/http/write-deadline.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

describe('writeDeadline', () => {
  it('tells when a write takes too long', async () => {
    const clock = virtualClock();
    const late: unknown[] = [];
    writeDeadline(new Promise(() => {}), clock, 100, (error) => late.push(error));
    await clock.advance(99);
    expect(late).toEqual([]);
    await clock.advance(1);
    expect(late).toEqual([expect.objectContaining({ code: 'ERR_STALL_TIMEOUT', timeout: 100 })]);
  });

  it.each(['taken', 'failed'])('leaves no timer once it is %s', async (how) => {
    const clock = virtualClock();
    const write = deferred<void>();
    writeDeadline(write.promise, clock, 100, () => expect('late').toBe('never'));
    expect(clock.pending).toBe(1);
    if (how === 'taken') write.resolve();
    else write.reject(new Error('broke'));
    await clock.advance(1000);
    expect(clock.pending).toBe(0);
  });

  it('without a time there is none', () => {
    const clock = virtualClock();
    writeDeadline(new Promise(() => {}), clock, undefined, () => {});
    expect(clock.pending).toBe(0);
  });
});
