import { describe, expect, it } from '@jest/globals';
import { AdaptiveWindow } from '../../../lib/http2/flow-control/adaptive-window.ts';
import { FlowControl, type ReceiveWindow } from '../../../lib/http2/mod.ts';

const K = 1024;
function start(connectionBudget = 16 * K * K): {
  flow: FlowControl;
  adaptive: AdaptiveWindow;
  window: ReceiveWindow;
} {
  const flow = new FlowControl({
    highWaterMark: 64 * K,
    connectionBudget,
    maxWindow: 256 * K,
    maxConcurrentStreams: 4,
  });
  flow.acknowledge();
  return { flow, adaptive: new AdaptiveWindow(flow), window: flow.open() };
}

describe('AdaptiveWindow', () => {
  it('asks for one PING a round, and doubles a window that is filled and read, up to maxWindow', () => {
    const { adaptive, window } = start();
    let now = 0;
    for (const target of [128 * K, 256 * K, 256 * K]) {
      const full = window.target;
      expect(adaptive.received(window, full, now)).toBe(true);
      expect(adaptive.received(window, 1, now)).toBe(false);
      now += 40;
      expect(adaptive.acknowledged(now)).toBe(target > full);
      expect(window.target).toBe(target);
    }
  });

  it('does not grow what is not filled by two thirds, not read, or no faster than before', () => {
    const { adaptive, window } = start();
    adaptive.received(window, 40 * K, 0);
    expect(adaptive.acknowledged(40)).toBe(false);
    window.unread = 33 * K;
    adaptive.received(window, 64 * K, 1000);
    expect(adaptive.acknowledged(1040)).toBe(false);
    window.unread = 0;
    adaptive.received(window, 64 * K, 2000);
    expect(adaptive.acknowledged(2041)).toBe(false);
    adaptive.received(window, 64 * K, 4000);
    expect(adaptive.acknowledged(4039)).toBe(true);
  });

  it('asks less and less often while it brings nothing, and again at once after growth', () => {
    const { adaptive, window } = start();
    let now = 0;
    const waits: number[] = [];
    for (let round = 0; round < 10; round++) {
      const from = now;
      while (!adaptive.received(window, 1, now)) now += 50;
      waits.push(now - from);
      expect(adaptive.acknowledged(now)).toBe(false);
    }
    expect(waits).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  it('asks at most 64 times at once and 20 times a second, also where a window shrinks and grows for ever', () => {
    const { adaptive, window } = start();
    let pings = 0;
    for (let now = 0; now < 10_000; now++) {
      if (adaptive.received(window, window.target, now)) pings++;
      adaptive.acknowledged(now + 0.5);
      if (window.target === 256 * K) window.target = 64 * K;
    }
    expect(pings).toBeGreaterThan(64);
    expect(pings).toBeLessThanOrEqual(64 + 200);
  });

  it('ignores an acknowledgement that answers nothing, and grows nothing past the budget', () => {
    const { adaptive, window } = start(5 * 64 * K);
    expect(adaptive.acknowledged(5)).toBe(false);
    expect(adaptive.received(window, 64 * K, 5)).toBe(true);
    expect(adaptive.acknowledged(45)).toBe(true);
    expect(adaptive.received(window, 128 * K, 45)).toBe(true);
    expect(adaptive.acknowledged(80)).toBe(false);
    expect(window.target).toBe(128 * K);
  });

  it('does not hold against the reader what the read under way brings', () => {
    const { adaptive, window } = start();
    adaptive.begin();
    adaptive.received(window, 64 * K, 0);
    adaptive.begin();
    window.unread = 60 * K;
    adaptive.received(window, 60 * K, 40);
    expect(adaptive.acknowledged(40)).toBe(true);
  });

  it('leaves what streams that stall hold where it is counted already: within their targets', () => {
    const flow = new FlowControl({
      highWaterMark: 65_535,
      connectionBudget: 16 * 65_535,
      maxWindow: 1 << 30,
      maxConcurrentStreams: 8,
    });
    for (let i = 0; i < 7; i++) {
      flow.credit(flow.connection);
      expect(flow.receive(flow.connection, 65_535) && flow.receive(flow.open(), 65_535)).toBe(true);
    }
    const window = flow.open();
    expect([flow.grow(window), flow.grow(window), flow.grow(window), flow.grow(window)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(window.target).toBe(8 * 65_535);
  });

  it('goes on at once after growth, which shows a round trip later', () => {
    const { adaptive, window } = start();
    adaptive.received(window, 64 * K, 0);
    expect(adaptive.acknowledged(40)).toBe(true);
    for (let now = 40; now < 160; now += 40) {
      expect(adaptive.received(window, 32 * K, now)).toBe(true);
      expect(adaptive.acknowledged(now + 40)).toBe(false);
    }
    expect(adaptive.received(window, 64 * K, 160)).toBe(true);
    expect(adaptive.acknowledged(200)).toBe(false);
    expect(adaptive.received(window, 128 * K, 201)).toBe(false);
  });
});
