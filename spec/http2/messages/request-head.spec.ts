import { describe, expect, it } from '@jest/globals';
import { requestHead } from '../../../lib/http2/messages/request-head.ts';
import type { Header } from '../../../lib/http2/mod.ts';

const fields = (text: string): Header[] =>
  text.split(' ').map((field) => {
    const at = field.indexOf('=', 1);
    return [field.slice(0, at), field.slice(at + 1)];
  });
const GET = ':method=GET :scheme=HTTPS :authority=a.b:1 :path=/x';

const MALFORMED = expect.objectContaining({ code: 'ERR_PROTOCOL', errorCode: 1, scope: 'stream' });

describe('requestHead', () => {
  it('gives the parts apart', () => {
    expect(requestHead(fields(`${GET} a=b content-length=5`), false)).toEqual({
      method: 'GET',
      scheme: 'https',
      authority: 'a.b:1',
      path: '/x',
      protocol: undefined,
      headers: [
        ['a', 'b'],
        ['content-length', '5'],
      ],
      contentLength: 5,
    });
  });

  it.each<[string, string]>([
    [':method=GET :scheme=http :path=/ host=h', 'h'],
    [`${GET} host=A.B:1`, 'a.b:1'],
    [':method=GET :scheme=foo :path=x', ''],
    [':method=GET :scheme=foo :path=x host=h', ''],
    [':method=OPTIONS :scheme=http :path=* host=[::1]:8', '[::1]:8'],
    [':method=CONNECT :authority=h:443', 'h:443'],
  ])('takes %s', (text, authority) => {
    expect(requestHead(fields(text), false)).toMatchObject({ authority });
  });

  it.each([
    ':scheme=http :authority=a :path=/',
    ':method= :scheme=http :authority=a :path=/',
    ':method=G(T :scheme=http :authority=a :path=/',
    ':method=GET :authority=a :path=/',
    ':method=GET :scheme=1 :authority=a :path=/',
    ':method=GET :scheme=http :authority=a',
    ':method=GET :scheme=http :authority=a :path=*',
    ':method=GET :scheme=http :authority=a :path=/a#b',
    ':method=GET :scheme=http :authority=a :path=x',
    ':method=GET :scheme=http :path=/',
    ':method=GET :scheme=http :authority=u@a :path=/',
    ':method=GET :scheme=http :authority=a:b :path=/',
    ':method=GET :scheme=http :path=/ host=u@a',
    ':method=GET :scheme=http :authority= :path=/',
    `${GET} host=b`,
    `${GET} host=a.b:1 host=a.b:1`,
    `${GET} :protocol=websocket`,
    ':method=CONNECT',
    ':method=CONNECT host=a:1',
    ':method=CONNECT :authority=a',
    ':method=CONNECT :authority=a:',
    ':method=CONNECT :authority=a:00',
    ':method=CONNECT :authority=[::1]',
    ':method=CONNECT :authority=a:1 :path=/',
    ':method=CONNECT :authority=a:1 :path=',
    ':method=CONNECT :authority=a:1 :scheme=http',
    ':method=CONNECT :authority=a:1 :scheme=',
    ':method=GET :scheme=http :authority= :path=/ host=a',
    ':method=CONNECT :authority=a:1 :scheme=http :path=/ :protocol=websocket',
  ])('refuses %s', (text) => {
    expect(() => requestHead(fields(text), false)).toThrow(MALFORMED);
  });

  it('takes an extended CONNECT where it was offered, whole', () => {
    const text = ':method=CONNECT :protocol=websocket :scheme=https :path=/c :authority=a';
    expect(requestHead(fields(text), true)).toMatchObject({ protocol: 'websocket', path: '/c' });
    for (const part of [' :scheme=https', ' :path=/c', ' :authority=a'])
      expect(() => requestHead(fields(text.replace(part, '')), true)).toThrow(MALFORMED);
    expect(() => requestHead(fields(text.replace('CONNECT', 'GET')), true)).toThrow(MALFORMED);
    expect(() => requestHead(fields(text.replace('websocket', 'a/b')), true)).toThrow(MALFORMED);
  });

  it.each([
    ':method=CONNECT :authority=a:1',
    ':method=CONNECT :protocol=websocket :scheme=https :path=/c :authority=a',
  ])('takes no length from a CONNECT: %s', (text) => {
    expect(requestHead(fields(`${text} content-length=5`), true)).toMatchObject({ contentLength: undefined });
  });
});
