import { describe, expect, it } from '@jest/globals';
import { outgoingTunnel } from '../../lib/http/outgoing-tunnel.ts';

const origin = 'https://a.test:8443';
const make = (target: URL | string, protocol?: string, headers?: HeadersInit) =>
  outgoingTunnel(target, { protocol, headers }, origin, globalThis);

describe('outgoingTunnel', () => {
  it('a CONNECT has the host and port that it is for, as they are given', () => {
    for (const target of ['b.test:443', '[::1]:80', 'B.test:0080'])
      expect(make(target)).toMatchObject({
        method: 'CONNECT',
        host: target,
        tunnel: { protocol: undefined },
      });
  });

  it.each([
    'b.test',
    'b.test:',
    ':80',
    'http://b.test:80',
    'b.test:80/a',
    'me@b.test:80',
    'b.test:80?a',
    'b.test:80#a',
    '',
  ])('a CONNECT to %j is refused', (target) => expect(() => make(target)).toThrow(TypeError));

  it('an upgrade has a URL, of the origin where it is relative', () => {
    const { host, tunnel, url } = make('/chat?a', 'websocket');
    expect([url.href, host, tunnel]).toEqual([`${origin}/chat?a`, 'a.test:8443', { protocol: 'websocket' }]);
    expect(make(new URL('http://b.test/'), 'websocket').host).toBe('b.test');
    expect(() => make('http://', 'websocket')).toThrow('Invalid URL');
  });

  it('leaves out what is the connection’s, its host and any length; it has no body', () => {
    const headers = {
      connection: 'x',
      host: 'c',
      'content-length': '3',
      upgrade: 'y',
      'transfer-encoding': 'chunked',
      'x-a': '1',
    };
    expect(make('b.test:1', undefined, headers)).toMatchObject({
      fields: ['x-a', '1'],
      body: null,
      contentLength: undefined,
    });
  });

  it('keeps its signal', () => {
    const { signal } = new AbortController();
    expect(outgoingTunnel('b.test:1', { signal }, origin, globalThis).signal).toBe(signal);
  });
});
