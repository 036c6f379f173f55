import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from '../../../lib/http2/connection/token-buckets.ts';
import { ABUSE_LIMITS, Http2Connection } from '../../../lib/http2/mod.ts';
import { block, frame, GET, PREFACE, SETTINGS } from '../conformance.ts';

const limits = { ...ABUSE_LIMITS, pings: { perSecond: 10, burst: 3 } };
const CALM = expect.objectContaining({ errorCode: 11, scope: 'connection' });

describe('TokenBuckets', () => {
  it('lets a burst pass, then what time brings, and never more than the burst', () => {
    const buckets = new TokenBuckets(limits);
    const taken = (now: number): number => {
      for (let n = 0; ; n++)
        try {
          buckets.take('pings', now);
        } catch (error) {
          expect(error).toEqual(CALM);
          // What was refused is not owed.
          buckets.take('pings', 0, -1);
          return n;
        }
    };
    expect(taken(1000)).toBe(3);
    expect(taken(1000)).toBe(0);
    expect(taken(1050)).toBe(0);
    expect(taken(1100)).toBe(1);
    expect(taken(1000)).toBe(0);
    expect(taken(1300)).toBe(2);
    expect(taken(1_000_000)).toBe(3);
  });

  it('gives back, up to the burst, and each limit is its own', () => {
    const buckets = new TokenBuckets(limits);
    buckets.take('pings', 0, -5);
    for (let i = 0; i < 3; i++) buckets.take('pings', 0);
    buckets.take('settings', 0);
    expect(() => buckets.take('pings', 0)).toThrow(CALM);
    buckets.take('pings', 0, -100);
    for (let i = 0; i < 3; i++) buckets.take('pings', 0);
    expect(() => buckets.take('pings', 0)).toThrow(CALM);
  });

  it('lets a peer measure the path with a PING for each DATA that it gets, as gRPC does', () => {
    const server = new Http2Connection({ role: 'server' });
    for (const bytes of [PREFACE, SETTINGS, frame(1, 5, 1, block(GET))]) server.receive(bytes, 0);
    server.sendHeaders(1, [[':status', '200']], false);
    for (let i = 0; i < 2000; i++) {
      expect(server.sendData(1, new Uint8Array(1), false)).toBe(1);
      server.take();
      expect(server.receive(frame(6, 0, 0, new Uint8Array(8)), 0)).toEqual([]);
    }
  });

  it('lets an honest long connection go on: a PING every 10 ms for a minute', () => {
    const server = new Http2Connection({ role: 'server' });
    for (const bytes of [PREFACE, SETTINGS]) server.receive(bytes, 0);
    for (let i = 0; i < 6000; i++)
      expect(server.receive(frame(6, 0, 0, new Uint8Array(8)), i * 10)).toEqual([]);
  });
});
