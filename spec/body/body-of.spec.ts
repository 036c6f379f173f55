import { describe, expect, it } from '@jest/globals';
import { body, bodyOf, bytes, collect } from '../../lib/mod.ts';

const post = (init: RequestInit) => new Request('http://localhost/', { method: 'POST', ...init });
const fetched = (init: ResponseInit) =>
  Object.defineProperty(new Response('hello', init), 'url', { value: 'http://localhost/' });

describe('bodyOf', () => {
  it.each<[string, () => Request | Response, number | undefined]>([
    ['an empty response', () => new Response(null), 0],
    ['an empty request', () => new Request('http://localhost/'), 0],
    [
      'a response that says its length',
      () => new Response('hello', { headers: { 'content-length': '5' } }),
      5,
    ],
    ['a request that says its length', () => post({ body: 'hello', headers: { 'content-length': '5' } }), 5],
    ['one that says nothing', () => new Response('hello'), undefined],
    [
      'one that says nonsense',
      () => new Response('hello', { headers: { 'content-length': '5x' } }),
      undefined,
    ],
    ['one that says two', () => new Response('hello', { headers: { 'content-length': '5, 5' } }), undefined],
    [
      'one too large to count',
      () => new Response('hello', { headers: { 'content-length': '9999999999999999' } }),
      undefined,
    ],
    [
      'an encoded one of a handler',
      () => new Response('hello', { headers: { 'content-length': '5', 'content-encoding': 'x' } }),
      5,
    ],
    [
      'an encoded one that fetch has decoded',
      () => fetched({ headers: { 'content-length': '3', 'content-encoding': 'gzip' } }),
      undefined,
    ],
    ['one that was fetched', () => fetched({ headers: { 'content-length': '5' } }), 5],
    ['one over a body', () => new Response(body('hello')), 5],
  ])('%s', async (_name, make, byteLength) => {
    const stream = bodyOf(make());
    expect(stream.byteLength).toBe(byteLength);
    expect((await bytes(stream)).byteLength).toBe(byteLength === 0 ? 0 : 5);
  });

  it('what a BodyStream knows wins over the header', () => {
    const response = new Response(body('hello'), { headers: { 'content-length': '7' } });
    expect(bodyOf(response).byteLength).toBe(5);
  });

  it('keeps the trailers of a BodyStream', async () => {
    const stream = bodyOf(new Response(body('hello', { trailers: new Headers({ 'x-sum': '1' }) })));
    expect((await collect(stream)).trailers.get('x-sum')).toBe('1');
  });

  it('refuses a body that was used or is locked', async () => {
    const used = new Response('hello');
    await used.text();
    expect(() => bodyOf(used)).toThrow(TypeError);
    const locked = new Response('hello');
    locked.body?.getReader();
    expect(() => bodyOf(locked)).toThrow(TypeError);
  });

  it('an option that is undefined is none', () => {
    const response = new Response('hello', { headers: { 'content-length': '5' } });
    expect(bodyOf(response, { byteLength: undefined }).byteLength).toBe(5);
  });
});
