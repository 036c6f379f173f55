import { describe, expect, it } from '@jest/globals';
import { proxyResponse, respond, trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

/** As one that a runtime's `fetch` gives: it has a URL, and was decoded. */
function fetched(from: BodyInit | null, headers: Record<string, string>): Response {
  const response = new Response(from, { headers });
  Object.defineProperty(response, 'url', { value: 'http://upstream.example/' });
  return response;
}

describe('proxyResponse', () => {
  it('leaves out what is the connection’s, and what Connection names (RFC 9110 section 7.6.1)', () => {
    const headers = {
      connection: 'close, X-Hop, "bad name", ',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'keep-alive',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      te: 'trailers',
      'x-end': '2',
      date: 'Mon, 21 Oct 2013 20:13:21 GMT',
    };
    const passed = proxyResponse(new Response('a', { status: 203, statusText: 'Mine', headers }));
    expect([...passed.headers.keys()]).toEqual(['content-type', 'date', 'x-end']);
    expect([passed.status, passed.statusText]).toEqual([203, 'Mine']);
  });

  it('leaves the response that it is given as it was', () => {
    const response = new Response('a', { headers: { connection: 'x-hop', 'x-hop': '1' } });
    proxyResponse(response);
    expect([...response.headers.keys()]).toEqual(['connection', 'content-type', 'x-hop']);
  });

  it('what `fetch` has decoded has neither its coding nor its length', () => {
    const coded = { 'content-encoding': 'gzip', 'content-length': '99' };
    const decoded = proxyResponse(fetched('abc', coded));
    expect([decoded.headers.has('content-encoding'), decoded.headers.has('content-length')]).toEqual([
      false,
      false,
    ]);
    const plain = proxyResponse(fetched('abc', { 'content-length': '3' }));
    expect(plain.headers.get('content-length')).toBe('3');
    // What was made here is as it says.
    const own = proxyResponse(new Response('abc', { headers: coded }));
    expect([own.headers.get('content-encoding'), own.headers.get('content-length')]).toEqual(['gzip', '99']);
  });

  it('keeps the body, unread, with its length and trailers, and its cancel', async () => {
    const source = countingSource({ chunkBytes: 2, totalBytes: 4 });
    const from = body(source, { byteLength: 4, trailers: new Headers({ 'x-sum': '6' }) });
    const passed = proxyResponse(respond(from));
    expect(source.pulls).toBe(0);
    const stream = bodyOf(passed);
    expect(stream.byteLength).toBe(4);
    expect(await bytes(stream)).toHaveLength(4);
    expect((await trailersOf(passed)).get('x-sum')).toBe('6');
    const left = countingSource({ chunkBytes: 2 });
    await proxyResponse(respond(body(left))).body?.cancel('left');
    expect(left.cancelled).toEqual({ reason: 'left' });
  });

  it.each([204, 304])('a %i has no body', (status) => {
    const passed = proxyResponse(new Response(null, { status, headers: { etag: '"a"' } }));
    expect([passed.status, passed.body, passed.headers.get('etag')]).toEqual([status, null, '"a"']);
  });

  it('several set-cookie fields stay apart', () => {
    const headers = new Headers();
    for (const value of ['a=1', 'b=2']) headers.append('set-cookie', value);
    expect(proxyResponse(new Response('x', { headers })).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});
