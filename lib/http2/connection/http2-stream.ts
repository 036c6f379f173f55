import type { ReceiveWindow } from '../flow-control/receive-window.ts';
import type { SendWindow } from '../flow-control/send-window.ts';
import type { StreamState } from '../stream-state.ts';

/** A live stream, as the connection knows it. */
export interface Http2Stream {
  readonly id: number;
  state: StreamState;
  readonly send: SendWindow;
  readonly receive: ReceiveWindow;
  /** The peer's content-length, where it gave one that binds. */
  contentLength: number | undefined;
  /** Payload bytes announced by its DATA frames so far. */
  received: number;
  /** The peer's final head came. */
  headReceived: boolean;
  /** We sent our final head. */
  headSent: boolean;
  /** Client: the request was HEAD, or CONNECT: what the response's content-length does not bind. */
  readonly method: string;
  informational: number;
  /** A CONNECT that was agreed to: DATA is all that it may have (RFC 9113 section 8.5). */
  tunnel: boolean;
  /** Nobody reads it any more: bytes go to the connection's credit, and it is reset with NO_ERROR once we have ended our side (RFC 9113 section 8.1). */
  discarding: boolean;
}
