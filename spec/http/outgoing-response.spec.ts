import { describe, expect, it } from '@jest/globals';
import { respond } from '../../lib/http/mod.ts';
import { outgoingResponse } from '../../lib/http/outgoing-response.ts';
import { body, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

describe('outgoingResponse', () => {
  it('of text, bytes and nothing, without a stream', () => {
    const text = outgoingResponse(respond('é'), 'GET');
    expect([text.body, text.contentLength]).toEqual([Uint8Array.of(0xc3, 0xa9), 2]);
    expect(text.fields).toEqual([['content-type', 'text/plain;charset=UTF-8']]);
    expect(outgoingResponse(respond(Uint8Array.of(1)), 'GET').contentLength).toBe(1);
    const none = outgoingResponse(respond(null, { headers: [['X-A', '1']] }), 'GET');
    expect([none.body, none.contentLength, none.fields]).toEqual([null, 0, [['x-a', '1']]]);
  });

  it.each([
    ['HEAD', 200, undefined, 3],
    ['HEAD', 200, '3', 3],
    ['GET', 204, undefined, undefined],
    ['GET', 205, undefined, 0],
    ['GET', 304, undefined, undefined],
    ['GET', 304, '7', 7],
  ])('%s %i, content-length %s: no body, and a length of %s', (method, status, declared, length) => {
    const source = Object.assign(countingSource({ chunkBytes: 3, totalBytes: 3 }), { byteLength: 3 });
    const headers = declared === undefined ? {} : { 'content-length': declared };
    const from = method === 'HEAD' ? body(source) : null;
    const sent = outgoingResponse(respond(from, { status, headers }), method);
    expect([sent.body, sent.contentLength]).toEqual([null, length]);
    if (from) expect([source.pulls, source.cancelled?.reason]).toMatchObject([0, { code: 'ERR_CLOSED' }]);
  });

  it('HEAD of a body whose length nobody knows says none', () => {
    const sent = outgoingResponse(respond(body(['a'])), 'HEAD');
    expect([sent.body, sent.contentLength]).toEqual([null, undefined]);
  });

  it('a declared length counts: against what is known at once, else as it goes', async () => {
    const headers = { 'content-length': '2' };
    expect(() => outgoingResponse(respond('abc', { headers }), 'GET')).toThrow(TypeError);
    expect(() => outgoingResponse(respond(null, { headers }), 'GET')).toThrow(TypeError);
    const sent = outgoingResponse(respond(body(['abc']), { headers }), 'GET');
    expect(sent.contentLength).toBe(2);
    await expect(bytes(sent.body as never)).rejects.toMatchObject({ code: 'ERR_LENGTH_MISMATCH' });
    const twice = [
      ['content-length', '3'],
      ['Content-Length', '3'],
    ] as [string, string][];
    expect(outgoingResponse(respond('abc', { headers: twice }), 'GET').contentLength).toBe(3);
  });

  it.each(['connection', 'Keep-Alive', 'transfer-encoding', 'upgrade', 'te', 'proxy-connection'])(
    '%s is the connection’s: refused, and the body cancelled',
    (name) => {
      const source = countingSource({ chunkBytes: 1 });
      const response = respond(body(source), { headers: { [name]: 'a' } });
      expect(() => outgoingResponse(response, 'GET')).toThrow(/must be left to the connection/);
      expect([source.pulls, source.cancelled]).toMatchObject([0, { reason: { code: 'ERR_CLOSED' } }]);
    },
  );

  it('connection: keep-alive, which every library of server-sent events sets, is what the connection says anyway', () => {
    for (const value of ['keep-alive', 'Keep-Alive'])
      expect(outgoingResponse(respond('a', { headers: { connection: value } }), 'GET').fields).toEqual([
        ['content-type', 'text/plain;charset=UTF-8'],
      ]);
    for (const value of ['close', 'keep-alive, x-hop'])
      expect(() => outgoingResponse(respond('a', { headers: { connection: value } }), 'GET')).toThrow(
        TypeError,
      );
  });

  it('a status text with a line break in it is refused, one in Latin-1 is not', () => {
    for (const statusText of ['a\r\nb: c', 'a\nb', 'a\0', '€'])
      expect(() => outgoingResponse(respond('a', { statusText }), 'GET')).toThrow(/reason phrase/);
    expect(outgoingResponse(respond('a', { statusText: 'Très bien' }), 'GET').statusText).toBe('Très bien');
  });

  it.each([undefined, null, 'text', {}, new Headers(), Response.error()])('refuses %p', (answer) => {
    expect(() => outgoingResponse(answer as Response, 'GET')).toThrow(TypeError);
  });

  it('a body is sent once', async () => {
    for (const response of [respond(body(['a'])), new Response('a')]) {
      outgoingResponse(response, 'GET');
      expect(() => outgoingResponse(response, 'GET')).toThrow(TypeError);
    }
    const read = respond(body(['a']));
    await read.text();
    expect(() => outgoingResponse(read, 'GET')).toThrow(TypeError);
    const cancelled = respond(body(['a']));
    await cancelled.body?.cancel();
    expect(() => outgoingResponse(cancelled, 'GET')).toThrow(TypeError);
    const text = respond('a');
    expect([
      outgoingResponse(text, 'GET').contentLength,
      outgoingResponse(text, 'GET').contentLength,
    ]).toEqual([1, 1]);
  });

  it('the headers that a handler has touched are those that are sent', () => {
    const response = respond('a', { headers: { 'x-a': '1' } });
    response.headers.set('content-type', 'x/y');
    response.headers.delete('x-a');
    expect(outgoingResponse(response, 'GET').fields).toEqual([['content-type', 'x/y']]);
  });
});
