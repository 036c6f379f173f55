import type { Clock } from '../body/clock.ts';
import type { Http1Limits } from '../http1/limits.ts';
import type { FetchAPI } from './fetch-api.ts';
import type { HandlerInfo } from './handler.ts';
import type { Http2ConnectionOptions } from './http2-options.ts';
import type { Duplex, TransportInfo } from './transport.ts';

/** Takes a connection that has left HTTP. */
export type DuplexTaker = (duplex: Duplex) => void | Promise<void>;

/** An upgrade or a tunnel that is agreed to. */
export interface Upgrade {
  /** The protocol for the 101. Default: the first one offered. */
  readonly protocol?: string | undefined;
  readonly headers?: HeadersInit | undefined;
  readonly start: DuplexTaker;
}

/** Decides on an upgrade or tunnel: a taker agrees, a Response refuses, nothing leaves it to the server. */
export type UpgradeHandler = (
  request: Request,
  info: HandlerInfo,
) => DuplexTaker | Upgrade | Response | undefined | Promise<DuplexTaker | Upgrade | Response | undefined>;

/** How a connection is served. Sizes are bytes, times milliseconds. */
export interface ServeOptions extends Partial<Http1Limits>, Http2ConnectionOptions {
  /** Default `auto`: what TLS agreed on, else what the first bytes say. */
  protocol?: 'auto' | 'http/1.1' | 'h2' | undefined;
  /** Request body bytes read ahead, from its first read on; at least 1. Default 64 KiB. */
  highWaterMark?: number | undefined;
  /** For a request head, from its first byte (or the connection's start). Then 408. Default 30 s. */
  headersTimeout?: number | undefined;
  /** Between two requests. Default 5 s. */
  keepAliveTimeout?: number | undefined;
  /** Bytes of an unread request body that are read and dropped after the reply. Default 64 KiB. */
  drainLimit?: number | undefined;
  /** How long that may take, and how long a closed connection goes on dropping. Default 1 s. */
  drainTimeout?: number | undefined;
  /** The longest wait for the peer to take what is written. Default: none. */
  writeTimeout?: number | undefined;
  /** Bytes a second an awaited request body must come with, after a grace of `headersTimeout`. Then 408. Default: none. */
  minRate?: number | undefined;
  /** A FIN after a complete request does not mean that the client is gone. Default false. */
  halfClose?: boolean | undefined;
  /** Hears what handlers throw and bodies fail with, and rejections of `waitUntil`. */
  onError?: ((error: unknown, request?: Request) => void) | undefined;
  onConnect?: UpgradeHandler | undefined;
  onUpgrade?: UpgradeHandler | undefined;
  /** The fetch classes. Default: the globals. */
  fetchAPI?: FetchAPI | undefined;
  clock?: Clock | undefined;
  /** What is known of a Duplex; a Transport brings its own. */
  info?: TransportInfo | undefined;
  /** What handlers get as `info.native`. */
  native?: unknown;
  /** Aborting aborts the connection. */
  signal?: AbortSignal | undefined;
}
