import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import type { AbuseLimits } from './abuse-limits.ts';

/** The limits that are token buckets. */
export type BucketName = Exclude<keyof AbuseLimits, 'continuations'>;

/** The buckets of one connection. Time is given, in milliseconds; it may stand still. */
export class TokenBuckets {
  readonly #limits: AbuseLimits;
  readonly #buckets: Partial<Record<BucketName, { tokens: number; at: number }>> = {};

  constructor(limits: AbuseLimits) {
    this.#limits = limits;
  }

  /**
   * @param cost - Tokens. Useful work has a negative one: it earns them back.
   * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection, ENHANCE_YOUR_CALM, when the bucket is empty.
   */
  take(name: BucketName, now: number, cost = 1): void {
    const { perSecond, burst } = this.#limits[name];
    this.#buckets[name] ??= { tokens: burst, at: now };
    const bucket = this.#buckets[name];
    const passed = Math.max(0, now - bucket.at);
    const tokens = Math.min(burst, bucket.tokens + (passed * perSecond) / 1000);
    bucket.tokens = Math.min(burst, tokens - cost);
    bucket.at += passed;
    if (bucket.tokens < 0) fail(`Limit ${name} passed`, ErrorCode.ENHANCE_YOUR_CALM);
  }
}
