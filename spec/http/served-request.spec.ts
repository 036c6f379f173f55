import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingBody, Target } from '../../lib/http/served-request.ts';
import { ServedRequest } from '../../lib/http/served-request.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

class Served extends ServedRequest {
  readonly failures: unknown[][] = [];
  readonly incoming: IncomingBody | null;

  constructor(target: Partial<Target>, options: Parameters<typeof serverSettings>[0] = {}, has = true) {
    const whole = { method: 'POST', scheme: 'http', authority: 'a.example', path: '/', ...target };
    super(whole, serverSettings(options, true));
    this.incoming = has
      ? { ended: false, pull: () => null, fail: (...args) => void this.failures.push(args) }
      : null;
  }

  protected readHeaders(headers: Headers): Headers {
    headers.set('x-a', '1');
    return headers;
  }

  lose(reason: unknown): void {
    this.loseRequest(reason);
  }
}

const url = (path: string, more: Partial<Target> = {}): string => new Served({ path, ...more }).url();

describe('ServedRequest.url', () => {
  it.each([
    ['/', 'http://a.example/'],
    ['/a?b', 'http://a.example/a?b'],
    // Never resolved against anything: it stays on its host.
    ['//evil.example/a', 'http://a.example//evil.example/a'],
    ['/\\evil.example', 'http://a.example//evil.example'],
    ['/http://evil.example', 'http://a.example/http://evil.example'],
    ['/a/../../b', 'http://a.example/b'],
    ['/%2e%2E/b', 'http://a.example/b'],
    ['/a#b', 'http://a.example/a'],
    ['/a?b#c', 'http://a.example/a?b'],
    ['/a|"<>', 'http://a.example/a|%22%3C%3E'],
    ["/a'?b'", "http://a.example/a'?b%27"],
    ['*', 'http://a.example/'],
    ['', 'http://a.example/'],
  ])('%j', (path, expected) => expect(url(path)).toBe(expected));

  it('has the host as a URL has it', () => {
    expect(url('/', { authority: 'A.example:80' })).toBe('http://a.example/');
    expect(url('/', { authority: 'a.example:80', scheme: 'https' })).toBe('https://a.example:80/');
  });

  it('is what the URL class makes of it, for paths of any kind', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        '/',
        '.',
        '..',
        '%2e',
        '?',
        'a',
        '%',
        '%41',
        ';',
        '@',
        ':',
        '|',
        '"',
        '^',
        '`',
        '{',
        "'",
      ),
      fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (rest) => {
        const made = new URL(`http://a.example/${rest}`);
        made.hash = '';
        expect(url(`/${rest}`)).toBe(made.href);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ServedRequest.body', () => {
  it('is opened once; GET, HEAD and CONNECT have none, nor has what came without one', () => {
    const request = new Served({});
    const first = request.body();
    expect([request.body() === first, first?.highWaterMark]).toEqual([true, 65_536]);
    first?.getReader({ mode: 'byob' });
    for (const method of ['GET', 'HEAD', 'CONNECT']) expect(new Served({ method }).body()).toBeNull();
    expect(new Served({}, {}, false).body()).toBeNull();
  });
});

describe('ServedRequest, when the client is gone', () => {
  it('its signal and its body hear it, with one reason, also a signal that is asked for later', () => {
    const reason = new Error('gone');
    for (const early of [true, false]) {
      const request = new Served({});
      const signal = early ? request.signal() : undefined;
      expect(signal?.aborted ?? false).toBe(false);
      request.lose(reason);
      expect([request.signal().reason, request.failures]).toEqual([reason, [[reason]]]);
      if (signal) expect(request.signal()).toBe(signal);
    }
  });
});

describe('ServedRequest.wait', () => {
  const make = (minRate: number | undefined, method = 'POST') => {
    const clock = virtualClock();
    const longest: number[] = [];
    const watched = {
      ...clock,
      setTimeout(callback: () => void, ms: number) {
        longest.push(ms);
        return clock.setTimeout(callback, ms);
      },
    };
    return {
      clock,
      longest,
      request: new Served({ method }, { clock: watched, headersTimeout: 1000, minRate }),
    };
  };

  it('fails a body that comes too slowly, after the grace of a head', async () => {
    const { clock, request } = make(100);
    request.wait(0);
    await clock.advance(999);
    expect(request.failures).toEqual([]);
    await clock.advance(1);
    expect(request.failures).toEqual([
      [expect.objectContaining({ code: 'ERR_DEADLINE', timeout: 1000 }), true],
    ]);
  });

  it('what came gives time, and only time in which the client is waited for counts', async () => {
    const { clock, request } = make(100);
    const stop = request.wait(50);
    await clock.advance(1400);
    stop?.();
    await clock.advance(100_000);
    expect([request.failures, clock.pending]).toEqual([[], 0]);
    // 1000 ms, and 60 bytes at 100 a second.
    request.wait(60);
    await clock.advance(199);
    expect(request.failures).toEqual([]);
    await clock.advance(1);
    expect(request.failures).toHaveLength(1);
  });

  it('one who has sent much is not taken for one who is late: no timer is longer than one can be', () => {
    const { longest, request } = make(1);
    request.wait(3_000_000)?.();
    request.wait(Number.MAX_SAFE_INTEGER)?.();
    for (const ms of longest) expect(ms).toBeLessThan(2 ** 31);
    expect(longest).toHaveLength(2);
  });

  it('without a rate, and for a tunnel, there is no end to it', () => {
    expect(make(undefined).request.wait(0)).toBeUndefined();
    expect(make(100, 'CONNECT').request.wait(0)).toBeUndefined();
  });
});
