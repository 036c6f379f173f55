import type { BodyStats } from '../body/body-stats.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import type { Http2Sender } from './http2-sender.ts';
import type { ReceivedBody } from './received-body.ts';

/** One stream, as its connection sees it. */
export interface Http2Owner {
  readonly incoming: ReceivedBody | null;
  readonly sender: Http2Sender | null;
  readonly bodies: { readonly request: BodyStats | undefined; readonly response: BodyStats | undefined };
  /** Client: a head has come. */
  receive?(event: Http2Event & { type: 'response' | 'informational' }): void;
  prioritise?(urgency: number): void;
  /** The incoming body is complete. */
  received?(): void;
  reset(event: Http2Event & { type: 'reset' }): void;
  /** Client: nothing can be sent any more. */
  stopUpload?(reason: unknown): void;
  /** The connection is gone. */
  lose(reason: unknown): void;
}
