import { describe, expect, it } from '@jest/globals';
import { targetOf } from '../../lib/http/target-of.ts';

describe('targetOf', () => {
  it.each([
    ['http://a.example', 'a.example', 80, false],
    ['https://a.example', 'a.example', 443, true],
    ['http://a.example:443/', 'a.example', 443, false],
    ['https://a.example:8443/b?c', 'a.example', 8443, true],
    ['http://[::1]:8080', '::1', 8080, false],
    ['HTTP://A.EXAMPLE', 'a.example', 80, false],
  ])('%s', (url, hostname, port, encrypted) => {
    for (const given of [url, new URL(url)])
      expect(targetOf(given)).toEqual({ origin: new URL(url), hostname, port, encrypted });
  });

  it.each(['', 'a.example', '/a', 'ws://a.example', 'ftp://a.example', 'http://', 'http://a:70000'])(
    'refuses %j',
    (url) => {
      expect(() => targetOf(url)).toThrow(/^Cannot connect as the URL must be one of http: or https:/);
    },
  );

  it('refuses what is no URL at all', () => {
    for (const bad of [undefined, null, 5, {}]) expect(() => targetOf(bad as never)).toThrow(TypeError);
  });
});
