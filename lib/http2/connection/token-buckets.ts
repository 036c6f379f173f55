import { connectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { AbuseLimits } from './abuse-limits.ts';

/** The limits that are token buckets. */
export type BucketName = Exclude<keyof AbuseLimits, 'continuations'>;

/** The buckets of one connection. Time is given, in milliseconds; it may stand still. */
export class TokenBuckets {
  readonly #limits: AbuseLimits;
  readonly #buckets = new Map<BucketName, { tokens: number; at: number }>();

  constructor(limits: AbuseLimits) {
    this.#limits = limits;
  }

  /** @throws {ProtocolError} `ERR_PROTOCOL`, scope connection, ENHANCE_YOUR_CALM, when the bucket is empty. */
  take(name: BucketName, now: number): void {
    const { perSecond, burst } = this.#limits[name];
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(burst, bucket.tokens + (passed * perSecond) / 1000) - 1;
    bucket.at += passed;
    this.#buckets.set(name, bucket);
    if (bucket.tokens < 0) throw connectionError(ErrorCode.ENHANCE_YOUR_CALM, `Limit ${name} passed`);
  }

  /** Useful work earns tokens back. */
  refund(name: BucketName, tokens: number): void {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) bucket.tokens = Math.min(this.#limits[name].burst, bucket.tokens + tokens);
  }
}
