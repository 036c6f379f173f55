import { describe, expect, it } from '@jest/globals';
import { fieldRules } from '../../../lib/http2/messages/field-rules.ts';
import { responseHead } from '../../../lib/http2/messages/response-head.ts';

const MALFORMED = expect.objectContaining({ code: 'ERR_PROTOCOL', errorCode: 1, scope: 'stream' });

describe('fieldRules', () => {
  it('takes names apart from pseudo-header fields, and joins cookies', () => {
    expect(
      fieldRules(
        [
          [':a', '1'],
          ['cookie', 'x=1'],
          ['b', '\xe9\t!'],
          ['cookie', 'y=2'],
          ['te', 'Trailers'],
          ['c', ''],
          ['content-length', '007'],
        ],
        ':a',
      ),
    ).toEqual({
      pseudo: ['1'],
      headers: [
        ['cookie', 'x=1; y=2'],
        ['b', '\xe9\t!'],
        ['te', 'Trailers'],
        ['c', ''],
        ['content-length', '007'],
      ],
      contentLength: 7,
    });
  });

  it.each([
    ['', 'a'],
    ['A', 'a'],
    ['a b', 'a'],
    ['a:', 'a'],
    ['a\x80', 'a'],
    ['a', 'b\r'],
    ['a', 'b\nc'],
    ['a', '\0'],
    ['a', ' b'],
    ['a', 'b\t'],
    ['a', '\x7f'],
    ['a', 'Ā'],
    [':b', '1'],
    ['connection', 'close'],
    ['keep-alive', '1'],
    ['proxy-connection', '1'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['te', 'gzip'],
    ['te', 'trailers, gzip'],
    ['content-length', ''],
    ['content-length', '-1'],
    ['content-length', '1, 1'],
    ['content-length', '9007199254740992'],
  ])('refuses %j: %j', (name, value) => {
    expect(() => fieldRules([[name, value]], ':a')).toThrow(MALFORMED);
  });

  it('refuses what comes twice, or too late', () => {
    for (const names of [
      [':a', ':a'],
      ['b', ':a'],
      ['content-length', 'content-length'],
    ])
      expect(() =>
        fieldRules(
          names.map((name) => [name, '1'] as const),
          ':a',
        ),
      ).toThrow(MALFORMED);
  });
});

describe('responseHead', () => {
  it.each([
    ['200', 200],
    ['100', 100],
    ['999', 999],
  ])('takes %s', (status, wanted) => {
    expect(responseHead([[':status', status]])).toMatchObject({ status: wanted });
  });
  it.each(['101', '099', '20', '2000', '2x0', ''])('refuses %j', (status) => {
    expect(() => responseHead([[':status', status]])).toThrow(MALFORMED);
    expect(() => responseHead([])).toThrow(MALFORMED);
  });
});
