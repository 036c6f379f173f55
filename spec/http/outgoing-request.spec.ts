import { describe, expect, it } from '@jest/globals';
import { type OutgoingRequest, outgoingRequest } from '../../lib/http/outgoing-request.ts';
import { body, bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

type Init = Parameters<typeof outgoingRequest>[1];
const make = (input: Request | URL | string, init: Init = {}): OutgoingRequest =>
  outgoingRequest(input, init, 'http://origin.example:8080/', globalThis);
const fields = ({ fields }: OutgoingRequest): Record<string, string> =>
  Object.fromEntries(fields.flatMap((name, i) => (i % 2 ? [] : [[name, fields[i + 1] ?? '']])));

describe('outgoingRequest', () => {
  it('resolves its URL against the origin, and asks for anything where nothing is said', () => {
    const request = make('/a?b#c');
    expect(request.url.href).toBe('http://origin.example:8080/a?b#c');
    expect(request).toMatchObject({ method: 'GET', host: 'origin.example:8080', body: null });
    expect(request.contentLength).toBeUndefined();
    expect(fields(request)).toEqual({ accept: '*/*' });
    expect(make(new URL('https://other.example/')).host).toBe('other.example');
    expect(make('/', { headers: { accept: 'text/html', host: 'named.example' } })).toMatchObject({
      host: 'named.example',
      fields: ['accept', 'text/html'],
    });
  });

  it.each([
    ['get', 'GET'],
    ['Post', 'POST'],
    ['patch', 'patch'],
    ['PATCH', 'PATCH'],
    ['delete', 'DELETE'],
    ['x-Custom', 'x-Custom'],
  ])('normalises the method as fetch does: %s', (given, sent) => {
    expect(make('/', { method: given }).method).toBe(sent);
  });

  it.each(['CONNECT', 'trace', 'Track'])('a Request has no %s, and nor has this', (method) => {
    expect(() => make('/', { method })).toThrow(TypeError);
  });

  it.each(['ftp://a.example/', 'data:text/plain,a', 'http://user@a.example/', 'https://:pass@a.example/'])(
    'refuses %s',
    (url) => expect(() => make(url)).toThrow(TypeError),
  );

  it('leaves out what is the connection’s, and what Connection names', () => {
    const headers = {
      connection: 'x-hop, close',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      te: 'gzip, trailers',
      'x-end': '2',
      'content-length': '3',
    };
    const request = make('/', { method: 'POST', headers, body: 'abc' });
    expect(fields(request)).toEqual({
      accept: '*/*',
      'x-end': '2',
      'content-type': 'text/plain;charset=UTF-8',
    });
  });

  it('TE goes on where it asks for trailers alone, with the Connection that it needs', () => {
    expect(fields(make('/', { headers: { te: 'Trailers' } }))).toMatchObject({
      te: 'trailers',
      connection: 'te',
    });
    expect(fields(make('/', { headers: { te: 'gzip' } }))).toEqual({ accept: '*/*' });
  });

  it.each(['POST', 'PUT', 'PATCH'])('%s without a body has one of length 0; DELETE has none', (method) => {
    expect(make('/', { method }).contentLength).toBe(0);
    expect(make('/', { method: 'DELETE' }).contentLength).toBeUndefined();
    expect(make('/', { method, headers: { 'content-length': '0' } }).contentLength).toBe(0);
  });

  it('knows the length of what has one, and the type', async () => {
    const text = make('/', { method: 'POST', body: 'é' });
    expect([text.contentLength, fields(text)['content-type']]).toEqual([2, 'text/plain;charset=UTF-8']);
    const form = make('/', { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    expect(fields(form)['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    const blob = make('/', { method: 'POST', body: new Blob(['a'], { type: 'x/y' }) });
    expect([blob.contentLength, fields(blob)['content-type']]).toEqual([1, 'x/y']);
    const own = make('/', { method: 'POST', body: 'a', headers: { 'content-type': 'a/b' } });
    expect(fields(own)['content-type']).toBe('a/b');
    const stream = make('/', { method: 'POST', body: countingSource({ chunkBytes: 1 }) });
    expect([stream.contentLength, fields(stream)['content-type']]).toEqual([undefined, undefined]);
  });

  it('a declared length is checked: against what is known at the call, else as it goes', async () => {
    const from = () => body(['abc']);
    const headers = { 'content-length': '2' };
    expect(() => make('/', { method: 'POST', headers, body: 'abc' })).toThrow(TypeError);
    for (const bad of ['-1', '1.5', '2, 2', 'x', '99999999999999999'])
      expect(() => make('/', { method: 'POST', headers: { 'content-length': bad }, body: from() })).toThrow(
        TypeError,
      );
    const request = make('/', { method: 'POST', headers, body: from() });
    expect(request.contentLength).toBe(2);
    await expect(bytes(request.body as never)).rejects.toMatchObject({ code: 'ERR_LENGTH_MISMATCH' });
  });

  it('a body that can not be sent is cancelled, with the error', () => {
    for (const init of [
      { method: 'GET' },
      { method: 'HEAD' },
      { method: 'POST', headers: { 'content-length': 'x' } },
    ]) {
      const source = countingSource({ chunkBytes: 1 });
      let error: unknown;
      try {
        make('/', { ...init, body: source });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect([source.pulls, source.cancelled?.reason]).toEqual([0, error]);
    }
  });

  it('takes a Request, and init in its place where both say something', async () => {
    const signal = new AbortController().signal;
    const given = new Request('http://a.example/x', {
      method: 'PUT',
      body: 'abc',
      headers: { 'x-a': '1', 'content-type': 'a/b' },
      signal,
    });
    const request = make(given, { signal: null });
    expect(request).toMatchObject({ method: 'PUT', host: 'a.example', signal: undefined });
    expect(fields(request)).toEqual({ accept: '*/*', 'x-a': '1', 'content-type': 'a/b' });
    expect(Buffer.from(await bytes(request.body as never)).toString()).toBe('abc');
    const other = make(new Request('http://a.example/', { headers: { 'x-a': '1' } }), {
      method: 'POST',
      headers: { 'x-b': '2' },
      body: 'b',
    });
    expect(Object.keys(fields(other)).sort()).toEqual(['accept', 'content-type', 'x-b']);
    const none = make(new Request('http://a.example/', { method: 'POST', body: 'abc' }), { body: null });
    expect([none.body, none.contentLength]).toEqual([null, 0]);
  });
});
