import { describe, expect, it } from '@jest/globals';
import { parseRequestTarget } from '../../lib/http1/request-target.ts';

const target = (
  form: string,
  path: string,
  authority: string | null = null,
  scheme: string | null = null,
) => ({
  form,
  scheme,
  authority,
  path,
});

describe('parseRequestTarget (RFC 9112 section 3.2)', () => {
  it.each([
    ['GET', '/', target('origin', '/')],
    ['GET', '/a?b=c&d', target('origin', '/a?b=c&d')],
    ['GET', '//a/b', target('origin', '//a/b')],
    ['GET', '/http://a/', target('origin', '/http://a/')],
    ['OPTIONS', '/a', target('origin', '/a')],
    ['OPTIONS', '*', target('asterisk', '*')],
    ['NOTIFY', '*', target('asterisk', '*')],
    ['GET', 'http://a', target('absolute', '/', 'a', 'http')],
    ['GET', 'HTTP://A/b', target('absolute', '/b', 'A', 'http')],
    ['GET', 'https://a:1?b', target('absolute', '/?b', 'a:1', 'https')],
    ['GET', 'http://[::1]:80/b', target('absolute', '/b', '[::1]:80', 'http')],
    ['GET', 'x+y.z-1://a/', target('absolute', '/', 'a', 'x+y.z-1')],
    ['CONNECT', 'a:443', target('authority', '', 'a:443')],
    ['CONNECT', '[::1]:443', target('authority', '', '[::1]:443')],
  ])('%s %s', (method, text, parts) => {
    expect(parseRequestTarget(method, text)).toEqual(parts);
  });

  it.each([
    ['GET', ''],
    ['GET', 'a'],
    ['GET', 'a/b'],
    ['GET', '?a'],
    ['GET', '*'],
    ['options', '*'],
    ['OPTIONS', '**'],
    ['GET', 'a:443'],
    ['GET', 'http:'],
    ['GET', 'http://'],
    ['GET', 'http:///a'],
    ['GET', 'http:/a'],
    ['GET', '://a/'],
    ['GET', '1http://a/'],
    ['GET', 'http://user@a/'],
    ['GET', 'http://user:pass@a/'],
    ['GET', 'http://a:70000/'],
    ['GET', 'http://a:b/'],
    ['GET', 'mailto:a'],
    ['CONNECT', '/'],
    ['CONNECT', '*'],
    ['CONNECT', 'a'],
    ['CONNECT', 'a:'],
    ['CONNECT', 'a:0'],
    ['CONNECT', 'a:00'],
    ['CONNECT', 'a:65536'],
    ['CONNECT', ':443'],
    ['CONNECT', 'http://a:443'],
    ['CONNECT', 'user@a:443'],
    ['CONNECT', 'a:443/'],
  ])('refuses %s %j', (method, text) => {
    expect(parseRequestTarget(method, text)).toBeNull();
  });
});
