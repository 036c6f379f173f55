import type { HeadersInput } from './fetch-api.ts';

/** What a handler may know of its connection. */
export interface HandlerInfo {
  readonly protocol?: 'http/1.1' | 'h2' | undefined;
  readonly remoteAddress?: string | undefined;
  readonly encrypted?: boolean | undefined;
  /** `*` for `OPTIONS *`, whose URL is the server's root; else not set. */
  readonly path?: '*' | undefined;
  /** What an extended CONNECT asks for (RFC 8441): `websocket`. */
  readonly connectProtocol?: string | undefined;
  /** Fulfils when the last byte was written, rejects with the reason why not. Never unhandled. */
  readonly completed: Promise<void>;
  /** Work that may outlive the response; a rejection goes to `onError`. */
  waitUntil(promise: Promise<unknown>): void;
  /** Sends 103 and the like, before the response; 100 (Continue) to a client that waits for it. */
  sendInformational?(status: number, headers?: HeadersInput): void;
  /** The runtime's own: `{ req, res }` on Node, `{ env, ctx }` on workerd, the server on Deno and Bun. */
  readonly native?: unknown;
}

/** Answers a request. What it throws becomes a 500 with an empty body. */
export type Handler = (request: Request, info: HandlerInfo) => Response | Promise<Response>;
