import type { ConnectionOptions } from './connection-options.ts';
import type { HeadersInput } from './fetch-api.ts';
import type { HandlerInfo } from './handler.ts';
import type { Duplex } from './transport.ts';

/** Takes a connection that has left HTTP. */
export type DuplexTaker = (duplex: Duplex) => void | Promise<void>;

/** An upgrade or a tunnel that is agreed to. */
export interface Upgrade {
  /** The protocol for the 101. Default: the first one offered. */
  readonly protocol?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  readonly start: DuplexTaker;
}

/** Decides on an upgrade or tunnel: a taker agrees, a Response refuses, nothing leaves it to the server. */
export type UpgradeHandler = (
  request: Request,
  info: HandlerInfo,
) => DuplexTaker | Upgrade | Response | undefined | Promise<DuplexTaker | Upgrade | Response | undefined>;

/** How a connection is served. Sizes are bytes, times milliseconds. */
export interface ServeOptions extends ConnectionOptions {
  /** For a request head, from its first byte (or the connection's start). Then 408. Default 30 s. */
  headersTimeout?: number | undefined;
  /** Between two requests. Default 5 s. */
  keepAliveTimeout?: number | undefined;
  /** Bytes a second an awaited request body must come with, after a grace of `headersTimeout`. Then 408. Default: none. */
  minRate?: number | undefined;
  /** A FIN after a complete request does not mean that the client is gone. Default false. */
  halfClose?: boolean | undefined;
  /** Hears what handlers throw and bodies fail with, and rejections of `waitUntil`. */
  onError?: ((error: unknown, request?: Request) => void) | undefined;
  /**
   * HTTP/2: an extended CONNECT, such as for a WebSocket, comes here too, with `info.connectProtocol` (RFC 8441). HTTP/1.1: the
   * connection ends where it refuses, as what follows may be meant for the tunnel (RFC 9931).
   */
  onConnect?: UpgradeHandler | undefined;
  /** HTTP/1.1: not asked for a request with content, which is not upgraded. */
  onUpgrade?: UpgradeHandler | undefined;
  /** What handlers get as `info.native`. */
  native?: unknown;
}
