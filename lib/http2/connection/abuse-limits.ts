/** A token bucket: `burst` at once, `perSecond` in the long run. */
export interface AbuseLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * What a peer may make us do for nothing. Past a limit it gets GOAWAY with ENHANCE_YOUR_CALM and the limit's name. The first eight are token
 * buckets, not lifetime counts as in hyper's h2 (1024 resets, 100 empty DATA), which honest long connections reach.
 */
export interface AbuseLimits {
  /** RST_STREAM for streams that were not done: rapid reset, CVE-2023-44487 (nghttp2: 1000 and 33/s; h2: 20 not yet accepted). */
  readonly resetsByPeer: AbuseLimit;
  /** Resets that its errors cost us: MadeYouReset, CVE-2025-8671 (h2: 1024 in a lifetime). */
  readonly resetsProvoked: AbuseLimit;
  /** SETTINGS: CVE-2019-9515 (nghttp2: 1000 acknowledgements waiting). */
  readonly settings: AbuseLimit;
  /** PING: CVE-2019-9512. Each DATA with bytes in it gives one back, either way: honest peers measure the path with PING. */
  readonly pings: AbuseLimit;
  /** DATA without bytes and without END_STREAM: CVE-2019-9518 (h2: 100 in a lifetime). */
  readonly emptyData: AbuseLimit;
  /** PRIORITY and PRIORITY_UPDATE: CVE-2019-9513. Each request gives two back, as those below. */
  readonly priorities: AbuseLimit;
  /** WINDOW_UPDATE. Each DATA frame we send gives two back, for the stream and for the connection, and so do each 512 bytes: it may be read in pieces. */
  readonly windowUpdates: AbuseLimit;
  /** Frames that change nothing: of unknown type, or to a server for streams that are closed, but for those that cross the end of one. */
  readonly noise: AbuseLimit;
  /** CONTINUATION frames in one field block, beyond one for each 16 KiB of `maxHeaderBytes`: CVE-2024-27316 (h2: 5 at these sizes). A count. */
  readonly continuations: number;
}

export const ABUSE_LIMITS: AbuseLimits = {
  resetsByPeer: { perSecond: 50, burst: 200 },
  resetsProvoked: { perSecond: 20, burst: 100 },
  settings: { perSecond: 16, burst: 64 },
  pings: { perSecond: 100, burst: 400 },
  emptyData: { perSecond: 10, burst: 100 },
  priorities: { perSecond: 64, burst: 256 },
  windowUpdates: { perSecond: 1000, burst: 2000 },
  noise: { perSecond: 100, burst: 400 },
  continuations: 12,
};
