import { describe, expect, it } from '@jest/globals';
import { targetUri } from '../../lib/http/target-uri.ts';

describe('targetUri', () => {
  it.each([
    ['GET', '/a?b', 'example.com', {}, 'http', 'example.com', '/a?b'],
    ['GET', '/a', 'example.com:8080', { encrypted: true }, 'https', 'example.com:8080', '/a'],
    ['GET', '//evil.example/a', 'example.com', {}, 'http', 'example.com', '//evil.example/a'],
    // RFC 9112 section 3.2.2: an absolute target overrides Host, and says its scheme.
    ['GET', 'http://other.example/a', 'example.com', { encrypted: true }, 'http', 'other.example', '/a'],
    ['GET', 'HTTPS://other.example', 'example.com', {}, 'https', 'other.example', '/'],
    ['GET', 'http://other.example?q', 'example.com', {}, 'http', 'other.example', '/?q'],
    ['CONNECT', 'example.com:443', 'example.org', {}, 'http', 'example.com:443', ''],
    ['OPTIONS', '*', 'example.com', {}, 'http', 'example.com', '*'],
    // HTTP/1.0 without a Host: the address that was connected to.
    ['GET', '/a', undefined, { localAddress: '127.0.0.1:80' }, 'http', '127.0.0.1:80', '/a'],
    ['GET', '/a', undefined, { localAddress: '[::1]:80' }, 'http', '[::1]:80', '/a'],
  ])('%s %s of %s, %j', (method, target, host, info, scheme, authority, path) => {
    expect(targetUri(method, target, host, info)).toEqual({ method, scheme, authority, path });
  });

  it.each([
    ['GET', '/a', undefined, {}],
    ['GET', '/a', '', {}],
    ['GET', '/a', 'user@example.com', {}],
    ['GET', '/a', 'a b', {}],
    ['GET', '/a', 'example.com, example.org', {}],
    ['GET', 'a', 'example.com', {}],
    ['GET', '', 'example.com', {}],
    ['GET', '*', 'example.com', {}],
    ['GET', 'http://user@other.example/', 'example.com', {}],
    ['GET', 'http:///a', 'example.com', {}],
    ['CONNECT', '/a', 'example.com', {}],
    ['CONNECT', 'example.com', 'example.com', {}],
    ['CONNECT', 'example.com:0', 'example.com', {}],
  ])('%s %s of %s has none: it is refused', (method, target, host, info) => {
    expect(targetUri(method, target, host, info).scheme).toBe('');
  });
});
