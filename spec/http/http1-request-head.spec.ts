import { describe, expect, it } from '@jest/globals';
import { http1RequestHead } from '../../lib/http/http1-request-head.ts';
import { outgoingRequest } from '../../lib/http/outgoing-request.ts';

const outgoing = (init: object = {}, more: object = {}) => ({
  ...outgoingRequest('http://a.example:8080/b?c#d', init, 'http://a.example', globalThis),
  ...more,
});
const text = (...args: Parameters<typeof http1RequestHead>): string[] =>
  new TextDecoder().decode(http1RequestHead(...args)).split('\r\n');

describe('http1RequestHead', () => {
  it('has the target in origin form, without its fragment, and Host first', () => {
    expect(text(outgoing(), false)).toEqual([
      'GET /b?c HTTP/1.1',
      'host: a.example:8080',
      'accept: */*',
      '',
      '',
    ]);
  });

  it('says how the body ends', () => {
    const body = 'abc';
    expect(text(outgoing({ method: 'POST', body }), false)).toContain('content-length: 3');
    const chunked = text(outgoing({ method: 'POST', body }), true);
    expect(chunked).toContain('transfer-encoding: chunked');
    expect(chunked.filter((line) => line.startsWith('content-length'))).toEqual([]);
  });

  it('an upgrade asks with a GET; a CONNECT names who it is for', () => {
    const upgrade = text(outgoing({}, { tunnel: { protocol: 'websocket' }, method: 'CONNECT' }), false);
    expect(upgrade[0]).toBe('GET /b?c HTTP/1.1');
    expect(upgrade).toEqual(expect.arrayContaining(['connection: upgrade', 'upgrade: websocket']));
    const connect = text(outgoing({}, { tunnel: {}, method: 'CONNECT', host: 'b.example:443' }), false);
    expect(connect.slice(0, 2)).toEqual(['CONNECT b.example:443 HTTP/1.1', 'host: b.example:443']);
  });

  it('a method that is no token is refused', () => {
    for (const method of ['G ET', '', 'GET\r\n', 'é'])
      expect(() => http1RequestHead(outgoing({}, { method }), false)).toThrow(TypeError);
  });
});
