import type { Clock } from '../body/clock.ts';
import type { Http1Limits } from '../http1/limits.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { Http2ConnectionOptions } from './http2-options.ts';
import type { TransportInfo } from './transport.ts';

/** How a connection is opened. Sizes are bytes, times milliseconds. */
export interface ConnectOptions extends Partial<Http1Limits>, Http2ConnectionOptions {
  /** Default `auto`: what TLS agreed on, else HTTP/1.1. */
  protocol?: 'auto' | 'http/1.1' | 'h2' | undefined;
  /** What relative URLs resolve to. Default: `http(s)://localhost`. */
  origin?: string | URL | undefined;
  /** Response body bytes read ahead, from its first read on; at least 1. Default 64 KiB. */
  highWaterMark?: number | undefined;
  /** For a response head, from when the request was sent. Default: none. */
  headersTimeout?: number | undefined;
  /** Bytes of a cancelled response that are read and dropped to keep the connection. Default 64 KiB. */
  drainLimit?: number | undefined;
  /** How long that may take. Default 1 s. */
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
