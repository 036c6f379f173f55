import { describe, expect, it } from '@jest/globals';
import { STREAM_STATES, type StreamEvent, type StreamState } from '../../lib/http2/mod.ts';

const run = (...events: StreamEvent[]): StreamState | undefined =>
  events.reduce<StreamState | undefined>(
    (state, event) => (state === undefined ? undefined : STREAM_STATES[state][event]),
    'idle',
  );

describe('STREAM_STATES', () => {
  it('closes a stream once both sides have ended, in either order, or at a reset', () => {
    expect(run('headers')).toBe('open');
    expect(run('headers', 'send END_STREAM')).toBe('half-closed (local)');
    expect(run('headers', 'receive END_STREAM')).toBe('half-closed (remote)');
    expect(run('headers', 'send END_STREAM', 'receive END_STREAM')).toBe('closed');
    expect(run('headers', 'receive END_STREAM', 'send END_STREAM')).toBe('closed');
    for (const before of [[], ['send END_STREAM'], ['receive END_STREAM']] as StreamEvent[][])
      expect(run('headers', ...before, 'reset')).toBe('closed');
  });

  it('lets nothing happen before HEADERS, after the end, or twice', () => {
    expect(Object.keys(STREAM_STATES.idle)).toEqual(['headers']);
    expect(STREAM_STATES.closed).toEqual({});
    expect(run('headers', 'send END_STREAM', 'send END_STREAM')).toBeUndefined();
    expect(run('headers', 'receive END_STREAM', 'receive END_STREAM')).toBeUndefined();
  });
});
