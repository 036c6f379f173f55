import { describe, expect, it } from '@jest/globals';
import { type BodyFraming, bodyFraming } from '../../lib/http1/body-framing.ts';

const NONE: BodyFraming = { kind: 'none', length: 0 };
const CLOSE: BodyFraming = { kind: 'close', length: undefined };
const CHUNKED: BodyFraming = { kind: 'chunked', length: undefined };
const TUNNEL: BodyFraming = { kind: 'tunnel', length: 0 };
const length = (n: number): BodyFraming => ({ kind: 'length', length: n });
const te = (value: string) => ['transfer-encoding', value];
const cl = (value: string) => ['content-length', value];

describe('bodyFraming of a request', () => {
  it.each<[string, string[], BodyFraming | number]>([
    ['nothing', [], NONE],
    ['a length', cl('5'), length(5)],
    ['chunked', te('chunked'), CHUNKED],
    ['chunked in capitals', te('CHUNKED'), CHUNKED],
    ['both', [...cl('5'), ...te('chunked')], 400],
    ['gzip', te('gzip'), 400],
    ['gzip, chunked', te('gzip, chunked'), 501],
    ['gzip;a=b;c=d, chunked', te('gzip;a=b ; c=d, chunked'), 501],
    ['chunked twice', te('chunked, chunked'), 400],
    ['chunked before gzip, chunked', te('chunked, gzip, chunked'), 400],
    ['a length of 2^53 - 1', cl('9007199254740991'), length(2 ** 53 - 1)],
    ['a length of 2^53', cl('9007199254740992'), 413],
    ['no length', cl(''), 400],
  ])('%s', (_name, headers, expected) => {
    const framing = () => bodyFraming({ role: 'request', version: '1.1', headers });
    if (typeof expected === 'object') expect(framing()).toEqual(expected);
    else
      expect(framing).toThrow(
        expect.objectContaining({
          code: 'ERR_PROTOCOL',
          protocol: 'http/1.1',
          statusHint: expected,
          scope: 'connection',
          offset: 0,
        }),
      );
  });

  it('refuses Transfer-Encoding in 1.0', () => {
    expect(() => bodyFraming({ role: 'request', version: '1.0', headers: te('chunked') })).toThrow(
      'HTTP/1.0',
    );
  });
});

describe('bodyFraming of a response', () => {
  it.each<[string, number, string[], BodyFraming | string]>([
    ['GET', 200, [], CLOSE],
    ['GET', 200, cl('0'), length(0)],
    ['GET', 200, te('chunked'), CHUNKED],
    ['GET', 200, te('chunked, gzip'), CLOSE],
    ['GET', 200, te('gzip, chunked'), 'other than chunked'],
    ['GET', 200, te('chunked, chunked'), 'more than once'],
    ['GET', 199, te('chunked'), NONE],
    ['GET', 100, cl('5'), NONE],
    ['GET', 101, cl('5'), TUNNEL],
    ['GET', 204, cl('5'), NONE],
    ['GET', 304, te('chunked'), NONE],
    ['GET', 203, [], CLOSE],
    ['GET', 205, [], CLOSE],
    ['GET', 303, [], CLOSE],
    ['GET', 305, [], CLOSE],
    ['HEAD', 200, cl('5'), NONE],
    ['HEAD', 404, te('chunked'), NONE],
    ['CONNECT', 200, cl('x'), TUNNEL],
    ['CONNECT', 299, [], TUNNEL],
    ['CONNECT', 300, [], CLOSE],
    ['CONNECT', 199, [], NONE],
    ['HEAD', 200, cl('x'), 'digits'],
  ])('%s %d %j', (method, status, headers, expected) => {
    const framing = () => bodyFraming({ role: 'response', version: '1.1', headers, status, method });
    if (typeof expected === 'string') expect(framing).toThrow(expected);
    else expect(framing()).toEqual(expected);
  });
});
