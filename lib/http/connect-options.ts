import type { ConnectionOptions } from './connection-options.ts';

/** How a connection is opened. Sizes are bytes, times milliseconds. */
export interface ConnectOptions extends ConnectionOptions {
  /** What relative URLs resolve to. Default: `http(s)://localhost`. */
  origin?: string | URL | undefined;
  /** For a response head, from when all of the request is sent. Default: none. */
  headersTimeout?: number | undefined;
}
