import type { Header } from './header.ts';

/** What `Http2Connection.send` takes: the counterpart of `Http2Event`. Fields are without pseudo-header fields. `endStream`: default false. */
export type Http2SendEvent =
  /** The first flight: the client's preface, SETTINGS, and the connection window. Once, before all else. */
  | { readonly type: 'settings' }
  /** Client: opens a stream, `lastStreamId` from then on. `scheme` and `path` are left out of a plain CONNECT. */
  | {
      readonly type: 'request';
      readonly method: string;
      readonly scheme?: string;
      readonly authority?: string;
      readonly path?: string;
      readonly protocol?: string | undefined;
      readonly headers?: readonly Header[];
      readonly endStream?: boolean;
    }
  /** Server: the final response. */
  | {
      readonly type: 'response';
      readonly streamId: number;
      readonly status: number;
      readonly headers?: readonly Header[];
      readonly endStream?: boolean;
    }
  /** Server: a 1xx before it. */
  | {
      readonly type: 'informational';
      readonly streamId: number;
      readonly status: number;
      readonly headers?: readonly Header[];
    }
  /** Body bytes, no more than `sendable` tells. */
  | {
      readonly type: 'data';
      readonly streamId: number;
      readonly data: Uint8Array;
      readonly endStream?: boolean;
    }
  /** Ends the body, with these. */
  | { readonly type: 'trailers'; readonly streamId: number; readonly headers: readonly Header[] }
  /** Ends a stream before its time. `errorCode`: RFC 9113 section 7. */
  | { readonly type: 'reset'; readonly streamId: number; readonly errorCode: number }
  /** This many bytes of a stream's `data` were taken: credit follows. */
  | { readonly type: 'window'; readonly streamId: number; readonly bytes: number }
  | { readonly type: 'ping'; readonly opaque: Uint8Array }
  /** Ends the connection: gracefully with NO_ERROR, the default. */
  | { readonly type: 'goaway'; readonly errorCode?: number; readonly debug?: string };
