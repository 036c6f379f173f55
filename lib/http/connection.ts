import type { BodyStats } from '../body/body-stats.ts';
import type { BodyInput, HeadersInput } from './fetch-api.ts';
import type { Duplex } from './transport.ts';

export type Protocol = 'http/1.1' | 'h2';

/** One exchange of a connection. HTTP/1.1 has no windows: they are left out there. */
export interface StreamStats {
  readonly id: number;
  readonly state: string;
  readonly sendWindow?: number | undefined;
  readonly receiveWindow?: number | undefined;
  readonly windowTarget?: number | undefined;
  /** Credit that is not given yet, in bytes. */
  readonly owed?: number | undefined;
  readonly request?: BodyStats | undefined;
  readonly response?: BodyStats | undefined;
}

/** What a connection holds and has moved, in bytes. A snapshot. */
export interface ConnectionStats {
  readonly protocol: Protocol;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Read from the transport and not yet taken by anyone. */
  readonly unread: number;
  /** The most that `unread` may come to, apart from the chunk in hand. */
  readonly budget: number;
  readonly sendWindow?: number | undefined;
  readonly receiveWindow?: number | undefined;
  readonly streams: readonly StreamStats[];
}

/** What both sides of a connection have. */
export interface Connection {
  readonly protocol: Promise<Protocol>;
  /** Fulfils on a clean close, rejects on loss. Never unhandled. */
  readonly closed: Promise<void>;
  /** Finishes what is open, takes nothing new, and closes. */
  close(): Promise<void>;
  /** Ends everything at once, with one reason. */
  abort(reason?: unknown): void;
  readonly stats: ConnectionStats;
  /** `close()`, where the runtime has `Symbol.asyncDispose`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A connection that is served. */
export interface ServerConnection extends Connection {}

export interface FetchInit extends Omit<RequestInit, 'body' | 'duplex'> {
  /** Whatever `fetch` or `body()` takes. */
  body?: BodyInput | import('../body/body-like.ts').BodyLike | null | undefined;
  duplex?: 'half' | undefined;
  /** Hears of interim responses: 100, 103 and the like. A proxy passes them on with `sendInformational`. */
  onInformational?: ((status: number, headers: Headers) => void) | undefined;
}

/** How HTTP is left. */
export interface TunnelInit {
  /** What to upgrade to: `websocket`. Default: none, a CONNECT. */
  protocol?: string | undefined;
  headers?: HeadersInput | undefined;
  /** Aborting aborts the tunnel. */
  signal?: AbortSignal | undefined;
}

/** A connection, or a stream of HTTP/2, that has left HTTP. */
export interface Tunnel {
  /** 101, or 2xx. */
  readonly status: number;
  readonly headers: Headers;
  readonly duplex: Duplex;
}

/** A connection that requests are sent over. */
export interface ClientConnection extends Connection {
  /**
   * Sends a request. Relative URLs resolve to the connection's origin. There are no redirects and no content decoding.
   *
   * @throws RefusedError (`ERR_REFUSED`) where the request was not sent, ConnectionLostError (`ERR_CONNECTION_LOST`) where
   *   the connection ended before the response, what the upload failed with, or the signal's reason.
   */
  fetch(input: Request | URL | string, init?: FetchInit): Promise<Response>;

  /**
   * Leaves HTTP. With `protocol`: an upgrade (RFC 9110 section 7.8), on HTTP/2 an extended CONNECT for one stream (RFC 8441).
   * Without: a CONNECT (RFC 9110 section 9.3.6). On HTTP/1.1 the connection is the tunnel's from then on.
   *
   * @param target A URL, or for a CONNECT the `host:port` to reach.
   * @returns The tunnel, or the Response with which the server has refused it.
   * @throws TypeError where the target can't be, or an HTTP/2 server does not offer extended CONNECT; else as `fetch`.
   */
  tunnel(target: URL | string, init?: TunnelInit): Promise<Tunnel | Response>;
}
