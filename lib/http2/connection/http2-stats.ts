import type { StreamState } from '../stream-state.ts';
import type { ConnectionCore } from './connection-core.ts';

/** Numbers of a connection, in bytes. */
export interface Http2Stats {
  readonly unread: number;
  readonly budget: number;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly streams: readonly {
    readonly id: number;
    readonly state: StreamState;
    readonly sendWindow: number;
    readonly receiveWindow: number;
    readonly windowTarget: number;
    readonly owed: number;
  }[];
}

/** A snapshot of a connection's numbers. */
export function http2Stats({ flow, send, streams }: ConnectionCore): Http2Stats {
  return {
    unread: flow.connection.unread,
    budget: flow.connection.target,
    sendWindow: send.available,
    receiveWindow: flow.connection.outstanding,
    streams: [...streams.values()].map(({ id, state, send, receive }) => {
      const owed = flow.owed(receive);
      const { outstanding, unread } = receive;
      const windowTarget = outstanding + unread + owed;
      return { id, state, sendWindow: send.available, receiveWindow: outstanding, windowTarget, owed };
    }),
  };
}
