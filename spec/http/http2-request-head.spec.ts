import { describe, expect, it } from '@jest/globals';
import { http2RequestHead } from '../../lib/http/http2-request-head.ts';
import { outgoingRequest } from '../../lib/http/outgoing-request.ts';

const outgoing = (init: object = {}, more: object = {}) => ({
  ...outgoingRequest('http://a.example:8080/b?c#d', init, 'http://a.example', globalThis),
  ...more,
});

describe('http2RequestHead', () => {
  it('has the pseudo-header fields first, and nothing of the connection', () => {
    const head = http2RequestHead(outgoing({ headers: { te: 'trailers', 'x-a': '1' } }));
    expect(head).toEqual([
      [':method', 'GET'],
      [':authority', 'a.example:8080'],
      [':scheme', 'http'],
      [':path', '/b?c'],
      ['te', 'trailers'],
      ['x-a', '1'],
      ['accept', '*/*'],
    ]);
  });

  it('a CONNECT has neither scheme nor path, an extended one has both', () => {
    const names = (tunnel: object) =>
      http2RequestHead(outgoing({}, { method: 'CONNECT', tunnel }))
        .map(([name]) => name)
        .filter((name) => name.startsWith(':'));
    expect(names({})).toEqual([':method', ':authority']);
    expect(names({ protocol: 'websocket' })).toEqual([
      ':method',
      ':authority',
      ':scheme',
      ':path',
      ':protocol',
    ]);
  });

  it('says the length where it is known', () => {
    const head = http2RequestHead(outgoing({ method: 'POST', body: 'abc' }));
    expect(head).toContainEqual(['content-length', '3']);
  });
});
