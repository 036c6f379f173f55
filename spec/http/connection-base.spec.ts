import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { ConnectionStats, Protocol } from '../../lib/http/connection.ts';
import { ConnectionBase, type Failure } from '../../lib/http/connection-base.ts';

class Plain extends ConnectionBase {
  readonly protocol: Promise<Protocol> = Promise.resolve('h2');
  readonly heard: unknown[] = [];
  get stats(): ConnectionStats {
    throw new Error('none');
  }
  protected leave(): void {
    this.heard.push('leave');
  }
  protected lose(reason: unknown): void {
    this.heard.push(reason);
  }
  override follow = super.follow;
  end(failure: Failure): void {
    this.settle(failure);
  }
}

describe('ConnectionBase', () => {
  it('`closed` tells how it ended, the first time; a close() is over then, however', async () => {
    const clean = new Plain(undefined);
    const closing = clean.close();
    expect(clean.heard).toEqual(['leave']);
    clean.end(null);
    clean.end({ reason: 'late' });
    expect(await Promise.all([clean.closed, closing])).toEqual([undefined, undefined]);
    const lost = new Plain(undefined);
    const waiting = lost.close();
    lost.end({ reason: undefined });
    expect(
      await lost.closed.then(
        () => 'clean',
        () => 'lost',
      ),
    ).toBe('lost');
    await waiting;
    await lost.close();
  });

  it('an abort without a reason has one', () => {
    const connection = new Plain(undefined);
    connection.abort();
    connection.abort(null);
    expect(connection.heard).toEqual([expect.objectContaining({ code: 'ERR_CLOSED' }), null]);
  });

  it('obeys its signal from when it follows to its end', () => {
    const left = new AbortController();
    const listeners = (): number => getEventListeners(left.signal, 'abort').length;
    const connection = new Plain(left.signal);
    expect(listeners()).toBe(0);
    connection.follow();
    expect(listeners()).toBe(1);
    const other = new Plain(left.signal);
    other.follow();
    other.end(null);
    expect(listeners()).toBe(1);
    left.abort('enough');
    expect([connection.heard, other.heard]).toEqual([['enough'], []]);
    const late = new Plain(left.signal);
    late.follow();
    expect(late.heard).toEqual(['enough']);
    new Plain(undefined).follow();
  });

  it('is disposed of as it is closed', async () => {
    const connection = new Plain(undefined);
    const disposed = connection[Symbol.asyncDispose]?.();
    connection.end(null);
    await disposed;
    expect(connection.heard).toEqual('asyncDispose' in Symbol ? ['leave'] : []);
  });
});
