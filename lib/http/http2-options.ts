import type { AbuseLimits } from '../http2/connection/abuse-limits.ts';

/** What HTTP/2 connections may be given, on either side. Sizes are bytes, times milliseconds. */
export interface Http2ConnectionOptions {
  /** HTTP/2: the most held unread or on its way, of all streams together; at least 65,535. Default 16 MiB. */
  connectionBudget?: number | undefined;
  /** HTTP/2: streams that fill the path get larger windows. Default true. */
  adaptiveWindow?: boolean | undefined;
  /** HTTP/2: how large they get. Default 8 MiB. */
  maxWindow?: number | undefined;
  /** HTTP/2: streams that the peer may have open; fewer where the budget asks for it. Default 128. */
  maxConcurrentStreams?: number | undefined;
  /** HTTP/2: the longest frame taken, 16,384 to 16,777,215. Default 16 KiB. */
  maxFrameSize?: number | undefined;
  /** HTTP/2: what a peer may make us do for nothing. Past a limit it gets ENHANCE_YOUR_CALM. */
  abuseLimits?: Partial<AbuseLimits> | undefined;
  /** HTTP/2: a PING goes out when nothing came for so long. Default: none. */
  pingInterval?: number | undefined;
  /** HTTP/2: for its answer; then the connection is lost. Default 20 s. */
  pingTimeout?: number | undefined;
}
