/** RFC 9113 section 5.1, without the reserved states: nobody pushes. */
export type StreamState = 'idle' | 'open' | 'half-closed (local)' | 'half-closed (remote)' | 'closed';

/** What moves a stream on. */
export type StreamEvent = 'headers' | 'send END_STREAM' | 'receive END_STREAM' | 'reset';

/** The next state, by state and event. What is not here is not allowed. */
export const STREAM_STATES: Readonly<
  Record<StreamState, Readonly<Partial<Record<StreamEvent, StreamState>>>>
> = {
  idle: { headers: 'open' },
  open: {
    'send END_STREAM': 'half-closed (local)',
    'receive END_STREAM': 'half-closed (remote)',
    reset: 'closed',
  },
  'half-closed (local)': {
    'receive END_STREAM': 'closed',
    reset: 'closed',
  },
  'half-closed (remote)': {
    'send END_STREAM': 'closed',
    reset: 'closed',
  },
  closed: {},
};
