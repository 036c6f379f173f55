import type { ProtocolError } from '../errors/protocol-error.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';

/** A request's head (server role). */
export interface RequestEvent extends RequestHead {
  readonly type: 'request';
}

/** An interim response (client role): 1xx but 101. */
export interface InformationalEvent extends ResponseHead {
  readonly type: 'informational';
}

/** The final response's head, or a 101 (client role). */
export interface ResponseEvent extends ResponseHead {
  readonly type: 'response';
}

/** Body bytes in the input of this call: start and end of each run in turn, never gathered, never copied. */
export interface DataEvent {
  readonly type: 'data';
  readonly offsets: readonly number[];
}

/** The message is complete. */
export interface EndEvent {
  readonly type: 'end';
  /** Trailer names (lower case) and values in turn, forbidden ones dropped; null where none is left. */
  readonly trailers: readonly string[] | null;
}

/** The peer broke the protocol, or its bytes ended inside of a message. The last event. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly error: ProtocolError;
}

/** The peer's bytes ended after a message, or before the first one. The last event. */
export interface CloseEvent {
  readonly type: 'close';
}

export type Event =
  | RequestEvent
  | InformationalEvent
  | ResponseEvent
  | DataEvent
  | EndEvent
  | ErrorEvent
  | CloseEvent;
