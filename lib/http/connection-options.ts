import type { Clock } from '../body/clock.ts';
import type { Http1Limits } from '../http1/limits.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { Http2ConnectionOptions } from './http2-options.ts';
import type { TransportInfo } from './transport.ts';

/** What the connections of both sides may be given. Sizes are bytes, times milliseconds. */
export interface ConnectionOptions extends Partial<Http1Limits>, Http2ConnectionOptions {
  /** Default `auto`: what TLS agreed on; else serving what the first bytes say, and opening HTTP/1.1. */
  protocol?: 'auto' | 'http/1.1' | 'h2' | undefined;
  /** Bytes of a received body that are read ahead, from its first read on; at least 1. Default 64 KiB. */
  highWaterMark?: number | undefined;
  /** HTTP/1.1: bytes of a body that nobody reads which are dropped to keep the connection. Default 64 KiB. */
  drainLimit?: number | undefined;
  /** How long that may take, and how long a connection whose last byte is out goes on dropping. Default 1 s. */
  drainTimeout?: number | undefined;
  /** The longest wait for the peer to take what is written. Default: none. */
  writeTimeout?: number | undefined;
  /** The fetch classes. Default: the globals. */
  fetchAPI?: FetchAPI | undefined;
  clock?: Clock | undefined;
  /** What is known of a Duplex; a Transport brings its own. */
  info?: TransportInfo | undefined;
  /** Aborting aborts the connection. */
  signal?: AbortSignal | undefined;
}
