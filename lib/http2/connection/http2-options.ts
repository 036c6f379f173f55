import type { AbuseLimits } from './abuse-limits.ts';

/** What an `Http2Connection` may be given. Sizes are bytes. */
export interface Http2Options {
  /** Which side we are. */
  readonly role: 'server' | 'client';
  /** The window of each stream, and so the most it holds unread. Default 64 KiB. */
  readonly highWaterMark?: number;
  /** The most held unread or on its way, of all streams together. Default 16 MiB; not below 65,535. */
  readonly connectionBudget?: number;
  /** Whether streams that fill the path get larger windows. Default true. */
  readonly adaptiveWindow?: boolean;
  /** How large they get. Default 8 MiB. */
  readonly maxWindow?: number;
  /** Streams the peer may have open; fewer when the budget asks for it. Default 128. */
  readonly maxConcurrentStreams?: number;
  /** The longest frame taken, 16,384 to 16,777,215. Default 16 KiB. */
  readonly maxFrameSize?: number;
  /** The longest header list, counted as RFC 9113 section 6.5.2 does. Past it a request is answered 431; past four times that the connection ends. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** The most fields in it; the crumbs of a cookie are one. Default 128. */
  readonly maxHeaderCount?: number;
  /** The longest trailer list. Default 8 KiB. */
  readonly maxTrailerBytes?: number;
  /** The most informational responses to one request. Default 16. */
  readonly maxInformational?: number;
  /** SETTINGS_HEADER_TABLE_SIZE of ours. Default 4096. */
  readonly headerTableSize?: number;
  /** SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441), serving. Default false. */
  readonly enableConnectProtocol?: boolean;
  /** Each limit that differs from `ABUSE_LIMITS`. */
  readonly limits?: Partial<AbuseLimits>;
}
