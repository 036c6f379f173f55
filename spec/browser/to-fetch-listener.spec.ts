import { describe, expect, it } from '@jest/globals';
import { toFetchListener } from '../../adapters/browser/to-fetch-listener.ts';
import { type HandlerInfo, respond } from '../../lib/http/mod.ts';

function event(url: string) {
  const answers: Promise<Response>[] = [];
  const waits: Promise<unknown>[] = [];
  return {
    answers,
    request: new Request(url),
    respondWith: (response: Promise<Response>) => void answers.push(response),
    waitUntil: (promise: Promise<unknown>) => void waits.push(promise),
    waits,
  };
}

describe('toFetchListener', () => {
  it('answers what it is for, at once, and leaves the rest to the network', async () => {
    const infos: HandlerInfo[] = [];
    const handler = (_: Request, info: HandlerInfo) => {
      infos.push(info);
      info.waitUntil(Promise.resolve());
      return respond('abc');
    };
    const listen = toFetchListener(handler, { matches: ({ url }) => url.endsWith('/ours') });
    const [ours, other] = [event('http://a.test/ours'), event('http://a.test/other')];
    listen(ours);
    listen(other);
    expect([ours.answers.length, other.answers.length]).toEqual([1, 0]);
    expect(await (await ours.answers[0])?.text()).toBe('abc');
    expect([infos[0]?.native === ours, ours.waits.length, infos.length]).toEqual([true, 1, 1]);
  });

  it('is for its own origin where nothing is said', () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'location');
    const listen = toFetchListener(() => respond('abc'));
    const answered = (url: string): number => {
      const one = event(url);
      listen(one);
      return one.answers.length;
    };
    expect(answered('http://a.test/')).toBe(0);
    Object.defineProperty(globalThis, 'location', { value: { origin: 'http://a.test' }, configurable: true });
    try {
      expect(['http://a.test/x', 'http://b.test/', 'https://a.test/'].map(answered)).toEqual([1, 0, 0]);
    } finally {
      if (before) Object.defineProperty(globalThis, 'location', before);
      else Reflect.deleteProperty(globalThis, 'location');
    }
  });
});
