import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { Exchange } from '../../lib/http/exchange.ts';
import { type Handler, respond, type ServeOptions, type Upgrade } from '../../lib/http/mod.ts';
import type { OutgoingResponse } from '../../lib/http/outgoing-response.ts';
import type { IncomingBody, Target } from '../../lib/http/served-request.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

/** An exchange of no protocol: it tells what it is asked for. */
class Plain extends Exchange {
  readonly heard: unknown[] = [];
  refuses: Error | undefined;
  readonly incoming: IncomingBody = {
    ended: false,
    pull: () => new Promise(() => {}),
    fail: (reason) => void this.heard.push(`request ${reason}`),
  };

  constructor(handler: Handler, options: ServeOptions = {}, target: Partial<Target> = {}) {
    const heard: unknown[] = [];
    const onError = (error: unknown): void => void heard.push(`report ${error}`);
    const settings = serverSettings({ onError, ...options }, true);
    const whole = { method: 'POST', scheme: 'http', authority: 'a.test', path: '/', ...target };
    super({ io: {}, settings, handler }, 'http/1.1', whole);
    this.heard = heard;
    this.expectsContinue = true;
  }

  run(decider = this.settings.onUpgrade): this {
    this.start(decider);
    return this;
  }
  /** All is written. */
  written(): this {
    this.succeed();
    return this;
  }
  breaks(error: unknown): void {
    this.failed(error);
  }
  get completed(): Promise<unknown> {
    return this.info.completed.then(
      () => 'completed',
      (error) => error,
    );
  }

  protected send({ status, body: from }: OutgoingResponse): void {
    if (this.refuses) throw this.refuses;
    this.heard.push(`send ${status}`);
    this.headSent = true;
    if (from && 'pull' in from) this.core = from;
  }
  protected interim(status: number): void {
    this.heard.push(`interim ${status}`);
  }
  protected override open({ protocol }: Upgrade): void {
    this.heard.push(`open ${protocol}`);
  }
  cut(reason: unknown): void {
    this.heard.push(`cut ${reason} ${this.core?.state}`);
  }
  protected onLost(): void {
    this.heard.push('lost');
  }
  protected override onWait(waiting: boolean): void {
    this.heard.push(waiting ? 'waits' : 'answered');
  }
  protected abandon(): void {
    this.heard.push('abandon');
  }
  protected readHeaders(headers: Headers): Headers {
    return headers;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Exchange', () => {
  it('an answer that is there is sent in the same turn, one that is late is waited for', async () => {
    expect(new Plain(() => respond('a')).run().heard).toEqual(['send 200']);
    const late = new Plain(async () => respond('a', { status: 201 })).run();
    expect(late.heard).toEqual(['waits']);
    await turn();
    expect(late.heard).toEqual(['waits', 'answered', 'send 201']);
    expect(await late.written().completed).toBe('completed');
  });

  it.each([
    [400, { scheme: 'ftp' }],
    [400, { authority: 'a b' }],
    [421, { scheme: 'https' }],
    [501, { method: 'TRACE' }],
    [501, { method: 'TRACK' }],
  ])('%d without its handler for %j', (status, target) => {
    expect(new Plain(() => respond('never'), {}, target).run().heard).toEqual([`send ${status}`]);
  });

  it.each([true, false])(
    'a handler that fails is reported, and answered with 500; late: %s',
    async (late) => {
      const failure = new Error('broke');
      const handler = late
        ? () => Promise.reject(failure)
        : () => {
            throw failure;
          };
      const exchange = new Plain(handler).run();
      await turn();
      const waits = late ? ['waits', 'answered'] : [];
      expect(exchange.heard).toEqual([...waits, 'report Error: broke', 'send 500']);
      expect(await exchange.completed).toBe(failure);
    },
  );

  it('what can not be sent is 500 as well, and its body cancelled with the error, once', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const exchange = new Plain(() => respond(body(source)));
    exchange.refuses = new TypeError('no');
    expect(() => exchange.run()).toThrow('no');
    expect([source.cancelled?.reason, source.pulls]).toEqual([exchange.refuses, 0]);
    const none = new Plain(() => 'text' as unknown as Response).run();
    expect(none.heard).toEqual([expect.stringMatching(/^report TypeError/), 'send 500']);
  });

  it('a body that fails is cut off, before it is cancelled', () => {
    const source = countingSource({ chunkBytes: 1 });
    const exchange = new Plain(() => respond(body(source))).run();
    exchange.breaks(new Error('broke'));
    expect(exchange.heard).toEqual(['send 200', 'report Error: broke', 'cut Error: broke open']);
    expect(source.cancelled).toBeDefined();
    const over = new Plain(() => respond('a')).run().written();
    over.breaks(new Error('late'));
    expect(over.heard).toEqual(['send 200', 'report Error: late', 'abandon']);
  });

  it('a loss is told once, to all, with one reason; nothing is after success', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const exchange = new Plain((request) => {
      void request.signal;
      return respond(body(source));
    }).run();
    exchange.lose('gone');
    exchange.lose('again');
    expect(exchange.heard).toEqual(['send 200', 'request gone', 'lost']);
    expect([exchange.signal().reason, source.cancelled, await exchange.completed]).toEqual([
      'gone',
      { reason: 'gone' },
      'gone',
    ]);
    const done = new Plain(() => respond('a')).run().written();
    done.lose('late');
    expect([done.heard, done.signal().aborted]).toEqual([['send 200'], false]);
  });

  it('an answer that comes after the loss is cancelled, never pulled', async () => {
    const source = countingSource({ chunkBytes: 1 });
    const answer = deferred<Response>();
    const exchange = new Plain(() => answer.promise).run();
    exchange.lose('gone');
    answer.resolve(respond(body(source)));
    await turn();
    expect(exchange.heard).toEqual(['waits', 'request gone', 'lost', 'answered', 'abandon']);
    expect([source.cancelled, source.pulls]).toEqual([{ reason: 'gone' }, 0]);
  });
});

describe('Exchange, interim responses', () => {
  it('100 goes out once, before the head: for who reads, who has the body, or who passes it on', async () => {
    const reads = new Plain(async (request) => {
      void request.body?.getReader().read();
      return new Promise(() => {});
    });
    reads.begin();
    reads.begin();
    expect(reads.heard).toEqual(['interim 100']);
    const keeps = new Plain((request) => {
      request.body?.getReader();
      return respond('a');
    }).run();
    expect(keeps.heard).toEqual(['interim 100', 'send 200']);
    const answered = new Plain(() => respond('a')).run();
    answered.begin();
    answered.inform(100, undefined);
    answered.inform(103, undefined);
    expect(answered.heard).toEqual(['send 200']);
    const lost = new Plain(() => new Promise(() => {})).run();
    lost.lose('gone');
    lost.begin();
    lost.inform(103, undefined);
    expect(lost.heard).toEqual(['waits', 'request gone', 'lost']);
  });

  it('what is none is refused', () => {
    const exchange = new Plain(() => respond('a'));
    for (const status of [99, 101, 200, 102.5, Number.NaN])
      expect(() => exchange.inform(status, undefined)).toThrow(RangeError);
    for (const name of ['content-length', 'connection', 'transfer-encoding'])
      expect(() => exchange.inform(103, { [name]: '1' })).toThrow(TypeError);
    exchange.inform(102, { link: 'a' });
    exchange.inform(199, undefined);
    expect(exchange.heard).toEqual(['interim 102', 'interim 199']);
  });
});

describe('Exchange, leaving HTTP', () => {
  const run = async (onUpgrade: ServeOptions['onUpgrade'], method = 'GET', lost = false) => {
    const exchange = new Plain(() => respond('handler'), { onUpgrade }, { method }).run();
    if (lost) exchange.lose('gone');
    await turn();
    return [exchange.heard.filter((one) => one !== 'waits' && one !== 'answered'), exchange.taken];
  };

  it('is decided first', async () => {
    expect(await run(() => () => {})).toEqual([['open undefined'], true]);
    expect(await run(async () => ({ protocol: 'x', start() {} }))).toEqual([['open x'], true]);
    expect(await run(() => respond(null, { status: 403 }))).toEqual([['send 403'], false]);
    expect(await run(() => undefined)).toEqual([['send 200'], false]);
    expect(await run(() => undefined, 'CONNECT')).toEqual([['send 501'], false]);
    expect(await run(() => () => {}, 'GET', true)).toEqual([['request gone', 'lost'], true]);
  });
});
