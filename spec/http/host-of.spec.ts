import { describe, expect, it } from '@jest/globals';
import { hostOf } from '../../lib/http/host-of.ts';

describe('hostOf', () => {
  it.each([
    ['http', 'Example.COM', 'example.com'],
    ['http', 'example.com:80', 'example.com'],
    ['https', 'example.com:80', 'example.com:80'],
    ['https', 'example.com:443', 'example.com'],
    ['http', 'example.com:', 'example.com'],
    ['http', '[::1]:8080', '[::1]:8080'],
    ['http', '[0:0::1]', '[::1]'],
    ['http', '127.1', '127.0.0.1'],
    ['http', 'b%C3%BCcher.example', 'xn--bcher-kva.example'],
  ])('%s, %s: %s', (scheme, authority, host) => {
    expect(hostOf(scheme, authority)).toBe(host);
  });

  it.each(['', 'a b', 'user@a', 'a:70000', 'a:x', '[::1', '%zz', 'a/b', '1.2.3.400'])(
    'none of %j',
    (authority) => expect(hostOf('http', authority)).toBeNull(),
  );

  it('what it remembers is of the one that it was asked last', () => {
    expect([
      hostOf('http', 'a:443'),
      hostOf('https', 'a:443'),
      hostOf('http', 'a b'),
      hostOf('http', 'a:443'),
    ]).toEqual(['a:443', 'a', null, 'a:443']);
  });
});
