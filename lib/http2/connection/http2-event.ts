import type { ProtocolError } from '../../errors/protocol-error.ts';
import type { Header } from '../header.ts';
import type { Priority } from '../messages/priority-of.ts';
import type { RequestHead } from '../messages/request-head.ts';
import type { ResponseHead } from '../messages/response-head.ts';
import type { Settings } from '../settings.ts';

/** What came of the bytes received, in the order in which the peer sent it. */
export type Http2Event =
  /** Server: a stream was opened. `endStream`: it has no body. */
  | (RequestHead & {
      readonly type: 'request';
      readonly streamId: number;
      readonly endStream: boolean;
      readonly priority: Priority;
    })
  /** Client: the final response. */
  | (ResponseHead & { readonly type: 'response'; readonly streamId: number; readonly endStream: boolean })
  /** Client: a 1xx before it. */
  | (ResponseHead & { readonly type: 'informational'; readonly streamId: number })
  /** Body bytes, a view of the input. To be given back with `consumed`. Empty only with `endStream`. */
  | {
      readonly type: 'data';
      readonly streamId: number;
      readonly data: Uint8Array;
      readonly endStream: boolean;
    }
  /** The body ended, with these. */
  | { readonly type: 'trailers'; readonly streamId: number; readonly headers: readonly Header[] }
  /**
   * The stream is gone. `remote`: the peer did it (or its GOAWAY), else `error` says what it did wrong. `retry`: it was not processed.
   * `remoteEnded`: its body was already complete, so only what we were sending is lost. Else the body is cut off, whatever the code.
   */
  | {
      readonly type: 'reset';
      readonly streamId: number;
      readonly errorCode: number;
      readonly remote: boolean;
      readonly retry: boolean;
      readonly remoteEnded: boolean;
      readonly error: ProtocolError | undefined;
    }
  /** A send window that was shut is open: the stream's, or with 0 the connection's. */
  | { readonly type: 'window'; readonly streamId: number }
  /** The peer's SETTINGS, already obeyed and acknowledged. */
  | { readonly type: 'settings'; readonly settings: Readonly<Omit<Settings, 'apply'>> }
  /** The peer has taken on our SETTINGS. */
  | { readonly type: 'settingsAck' }
  /** The answer to a `ping()`. */
  | { readonly type: 'pong'; readonly opaque: Uint8Array }
  /** RFC 9218: PRIORITY_UPDATE for a live stream. */
  | ({ readonly type: 'priority'; readonly streamId: number } & Priority)
  /** No stream above `lastStreamId` will be processed: those were reset in events before this one. */
  | {
      readonly type: 'goaway';
      readonly lastStreamId: number;
      readonly errorCode: number;
      readonly debug: string;
    }
  /** The connection is over. The last event; GOAWAY is among the bytes to send. */
  | { readonly type: 'error'; readonly error: ProtocolError };
