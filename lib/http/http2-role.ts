import type { Http2Event } from '../http2/connection/http2-event.ts';
import type { Failure } from './connection-base.ts';

/** What is different between the two ends. */
export interface Http2Role {
  request?(event: Http2Event & { type: 'request' }): void;
  /** The peer takes other streams than before: more, fewer, or none. */
  changed(event: Http2Event & { type: 'settings' | 'goaway' }): void;
  /** A stream is over. */
  forgot?(): void;
  /** The connection is over. With a reason: it was lost. */
  ended(failure: Failure): void;
}
