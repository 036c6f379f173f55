import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/body/clock.ts';
import { connectionSettings } from '../../lib/http/connection-settings.ts';
import { HTTP_LIMITS } from '../../lib/http/limits.ts';

const settings = (options: object) => connectionSettings(options, true);
const longest = 2 ** 31 - 1;

describe('connectionSettings', () => {
  it('has the defaults of DESIGN 4.2, also for what is undefined', () => {
    const given = settings({ highWaterMark: undefined, clock: undefined, fetchAPI: undefined });
    expect(given).toMatchObject({
      highWaterMark: 64 << 10,
      connectionBudget: 16 << 20,
      maxWindow: 8 << 20,
      maxConcurrentStreams: 128,
      maxFrameSize: 16 << 10,
      headersTimeout: 30_000,
      keepAliveTimeout: 5000,
      drainLimit: 64 << 10,
      drainTimeout: 1000,
      transfer: true,
    });
    expect([given.clock, given.fetchAPI]).toEqual([systemClock, globalThis]);
    expect(settings({})).toMatchObject(HTTP_LIMITS);
  });

  it.each([
    ['highWaterMark', 1],
    ['drainLimit', 0],
    ['connectionBudget', 1],
    ['maxWindow', 1],
    ['maxConcurrentStreams', 1],
    ['maxHeaderBytes', 1],
    ['maxHeaderCount', 0],
    ['maxTrailerBytes', 0],
    ['maxInformational', 0],
    ['maxChunkLineBytes', 1],
    ['maxChunkExtensionBytes', 0],
    ['minRate', 1],
  ])('%s is a whole number from %i', (name, least) => {
    for (const good of [least, 1000, Number.MAX_SAFE_INTEGER])
      expect(settings({ [name]: good })).toMatchObject({ [name]: good });
    for (const bad of [least - 1, least + 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => settings({ [name]: bad })).toThrow(RangeError);
    for (const bad of ['5', null, 5n, {}]) expect(() => settings({ [name]: bad })).toThrow(TypeError);
  });

  it('maxFrameSize is what RFC 9113 section 6.5.2 lets it be', () => {
    for (const good of [16_384, 16_777_215]) expect(settings({ maxFrameSize: good }).maxFrameSize).toBe(good);
    for (const bad of [16_383, 16_777_216]) expect(() => settings({ maxFrameSize: bad })).toThrow(RangeError);
  });

  it.each([
    ['headersTimeout', 0],
    ['keepAliveTimeout', 0],
    ['drainTimeout', 0],
    ['writeTimeout', 0],
    ['pingInterval', 1],
    ['pingTimeout', 0],
  ])('%s is a time from %i that a timer can wait', (name, least) => {
    for (const good of [least, 1.5, longest])
      expect(settings({ [name]: good })).toMatchObject({ [name]: good });
    for (const bad of [least - 1, longest + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => settings({ [name]: bad })).toThrow(RangeError);
    for (const bad of ['5', null, new Date()]) expect(() => settings({ [name]: bad })).toThrow(TypeError);
  });

  it.each<[string, unknown[]]>([
    ['protocol', ['h3', null, '', 'HTTP/1.1']],
    ['signal', [{}, 'abort', 5]],
    ['clock', [{}, 5, null]],
    ['fetchAPI', [{}, 5, null]],
    ['abuseLimits', [{ pings: 5 }, { pings: { perSecond: -1, burst: 1 } }]],
  ])('%s is of its kind', (name, wrong) => {
    for (const bad of wrong) expect(() => settings({ [name]: bad })).toThrow(TypeError);
  });

  it('passes on what it does not know', () => {
    const native = {};
    expect(settings({ native, protocol: 'h2' })).toMatchObject({ native, protocol: 'h2' });
  });
});
