import { describe, expect, it } from '@jest/globals';
import { ABUSE_LIMITS } from '../../../lib/http2/connection/abuse-limits.ts';
import { completeLimits } from '../../../lib/http2/connection/complete-limits.ts';
import { completeOptions } from '../../../lib/http2/connection/complete-options.ts';

describe('completeOptions', () => {
  it('puts in the defaults, also for what is undefined', () => {
    const options = completeOptions({ role: 'server', maxFrameSize: undefined } as never);
    expect(options).toMatchObject({
      highWaterMark: 65_536,
      connectionBudget: 16_777_216,
      maxConcurrentStreams: 128,
      maxFrameSize: 16_384,
      maxHeaderBytes: 16_384,
      maxHeaderCount: 128,
      headerTableSize: 4096,
      enableConnectProtocol: false,
      limits: ABUSE_LIMITS,
    });
  });

  it.each([
    // DESIGN 5: min(maxConcurrentStreams, floor(budget / highWaterMark)).
    [65_536, 16_777_216, 128, 128],
    [65_536, 16_777_216, 1000, 256],
    [1_048_576, 16_777_216, 128, 16],
    [1_000_000, 1_999_999, 128, 1],
    [1_000_000, 2_000_000, 128, 2],
    // One stream there always is.
    [10_000_000, 1_000_000, 128, 1],
    [1, 65_535, 100_000, 65_535],
  ])('streams of %i bytes in a budget of %i: of %i, %i', (highWaterMark, connectionBudget, most, streams) => {
    const options = completeOptions({
      role: 'server',
      highWaterMark,
      connectionBudget,
      maxConcurrentStreams: most,
    });
    expect(options.maxConcurrentStreams).toBe(streams);
  });

  it('a budget is not below the window that every connection begins with (RFC 9113 section 6.9.2)', () => {
    expect(completeOptions({ role: 'client', connectionBudget: 1 }).connectionBudget).toBe(65_535);
  });
});

describe('completeLimits', () => {
  it('puts in those that are not given', () => {
    expect(completeLimits()).toEqual(ABUSE_LIMITS);
    const pings = { perSecond: 0, burst: 0 };
    expect(completeLimits({ pings, settings: undefined } as never)).toEqual({ ...ABUSE_LIMITS, pings });
    expect(completeLimits({ continuations: 0 }).continuations).toBe(0);
    const none = { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
    expect(completeLimits({ pings: none }).pings).toBe(none);
  });

  it.each<[string, unknown]>([
    ['pings', 5],
    ['pings', null],
    ['pings', {}],
    ['pings', { perSecond: 1 }],
    ['pings', { perSecond: -1, burst: 1 }],
    ['pings', { perSecond: 1, burst: Number.NaN }],
    ['continuations', -1],
    ['continuations', { perSecond: 1, burst: 1 }],
    ['continuations', Number.NaN],
  ])('refuses %s of %p', (name, limit) => {
    expect(() => completeLimits({ [name]: limit })).toThrow(TypeError);
  });
});
