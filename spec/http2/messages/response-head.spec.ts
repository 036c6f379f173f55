import { describe, expect, it } from '@jest/globals';
import { responseHead } from '../../../lib/http2/messages/response-head.ts';
import type { Header } from '../../../lib/http2/mod.ts';

const fault = expect.objectContaining({ code: 'ERR_PROTOCOL', errorCode: 1, scope: 'stream' });

describe('responseHead', () => {
  it.each(['100', '103', '200', '204', '304', '599', '600', '999'])('takes :status %s', (status) => {
    expect(
      responseHead([
        [':status', status],
        ['a', 'b'],
      ]),
    ).toEqual({ status: Number(status), headers: [['a', 'b']], contentLength: undefined });
  });

  it('gives the content-length, which stays among the headers', () => {
    expect(
      responseHead([
        [':status', '200'],
        ['content-length', '5'],
      ]),
    ).toMatchObject({ contentLength: 5, headers: [['content-length', '5']] });
  });

  it.each<[string, Header[]]>([
    ['none', []],
    ['an empty one', [[':status', '']]],
    ['101 (RFC 9113 section 8.6)', [[':status', '101']]],
    ['one of a digit too few', [[':status', '20']]],
    ['one of a digit too many', [[':status', '2000']]],
    ['one that begins with 0', [[':status', '099']]],
    ['one that is no number', [[':status', '2x0']]],
    ['one with a space', [[':status', ' 200']]],
    [
      'two',
      [
        [':status', '200'],
        [':status', '200'],
      ],
    ],
    [
      'one behind a field',
      [
        ['a', 'b'],
        [':status', '200'],
      ],
    ],
    [
      'a pseudo-header of requests',
      [
        [':status', '200'],
        [':path', '/'],
      ],
    ],
  ])('refuses %s', (_, fields) => {
    expect(() => responseHead(fields)).toThrow(fault);
  });
});
