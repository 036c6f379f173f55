import { describe, expect, it } from '@jest/globals';
import { FieldScanner } from '../../lib/http1/field-scanner.ts';
import { HTTP1_LIMITS } from '../../lib/http1/limits.ts';
import { requestHead } from '../../lib/http1/request-head.ts';
import { toBytes } from './outcome.ts';

function head(line: string, ...fields: string[]) {
  const bytes = toBytes([line, ...fields, '', ''].join('\r\n'));
  const scanner = new FieldScanner('request', HTTP1_LIMITS);
  scanner.scan(bytes, 0, bytes.byteLength);
  expect(scanner.error).toBeNull();
  return requestHead(scanner);
}
const status = (line: string, ...fields: string[]): number | undefined => {
  try {
    head(line, ...fields);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PROTOCOL', scope: 'connection' });
    return (error as { statusHint: number }).statusHint;
  }
};

describe('requestHead', () => {
  it('says what a request asks for', () => {
    expect(head('POST /a?b HTTP/1.1', 'Host: a:80', 'Content-Length: 3', 'X: y')).toEqual({
      type: 'request',
      method: 'POST',
      target: '/a?b',
      form: 'origin',
      scheme: null,
      authority: 'a:80',
      path: '/a?b',
      version: '1.1',
      headers: ['host', 'a:80', 'content-length', '3', 'x', 'y'],
      framing: expect.objectContaining({ kind: 'length', length: 3 }),
      keepAlive: true,
      expectContinue: false,
      upgrade: null,
    });
  });

  it('an absolute target says who it is for, and Host must still be valid', () => {
    expect(head('GET http://b/ HTTP/1.1', 'Host: a')).toMatchObject({ authority: 'b', scheme: 'http' });
    expect(status('GET http://b/ HTTP/1.1')).toBe(400);
    expect(status('GET http://b/ HTTP/1.1', 'Host: ')).toBe(400);
  });

  it.each([
    ['none', []],
    ['an empty one', ['Host:']],
    ['two', ['Host: a', 'Host: a']],
    ['two, one of them empty', ['Host:', 'Host: a']],
    ['a list', ['Host: a, b']],
    ['userinfo', ['Host: u@a']],
    ['a path', ['Host: a/b']],
    ['a port that is none', ['Host: a:b']],
    ['a port too high', ['Host: a:65536']],
  ])('Host in HTTP/1.1: %s is refused', (_, fields) => {
    expect(status('GET / HTTP/1.1', ...fields)).toBe(400);
  });

  it('Host in HTTP/1.0: none is needed, but a wrong one is refused', () => {
    for (const fields of [[], ['Host:']])
      expect(head('GET / HTTP/1.0', ...fields)).toMatchObject({
        authority: null,
        version: '1.0',
        keepAlive: false,
      });
    expect(head('GET / HTTP/1.0', 'Host: a').authority).toBe('a');
    for (const fields of [['Host: a b'], ['Host: a', 'Host: b'], ['Host:', 'Host:']])
      expect(status('GET / HTTP/1.0', ...fields)).toBe(400);
  });

  it('100-continue waits for a body only, and in HTTP/1.1 only; another expectation is a 417', () => {
    const body = ['Host: a', 'Content-Length: 3'];
    expect(head('POST / HTTP/1.1', ...body, 'Expect: 100-Continue').expectContinue).toBe(true);
    expect(
      head('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Expect: 100-continue').expectContinue,
    ).toBe(true);
    expect(
      head('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0', 'Expect: 100-continue').expectContinue,
    ).toBe(false);
    expect(head('GET / HTTP/1.1', 'Host: a', 'Expect: 100-continue').expectContinue).toBe(false);
    expect(head('POST / HTTP/1.0', ...body, 'Expect: 100-continue').expectContinue).toBe(false);
    expect(head('POST / HTTP/1.0', ...body, 'Expect: x').expectContinue).toBe(false);
    for (const expectation of ['x', '100-continue, x', '200-ok'])
      expect(status('POST / HTTP/1.1', ...body, `Expect: ${expectation}`)).toBe(417);
  });

  it.each([
    ['1.1', [], true],
    ['1.1', ['Connection: close'], false],
    ['1.1', ['Connection: keep-alive, Close'], false],
    ['1.1', ['Connection: x', 'Connection: close'], false],
    ['1.0', [], false],
    ['1.0', ['Connection: Keep-Alive'], true],
    ['1.0', ['Connection: keep-alive, close'], false],
  ])('HTTP/%s, %j: goes on %p', (version, fields, keepAlive) => {
    expect(head(`GET / HTTP/${version}`, 'Host: a', ...fields).keepAlive).toBe(keepAlive);
  });

  it('an upgrade is offered with its Connection', () => {
    expect(head('GET / HTTP/1.1', 'Host: a', 'Connection: upgrade', 'Upgrade: websocket, h2c').upgrade).toBe(
      'websocket',
    );
    expect(head('GET / HTTP/1.1', 'Host: a', 'Upgrade: websocket').upgrade).toBeNull();
  });

  it('CONNECT is for an authority', () => {
    expect(head('CONNECT a:443 HTTP/1.1', 'Host: a:443')).toMatchObject({
      form: 'authority',
      path: '',
      authority: 'a:443',
    });
    expect(status('CONNECT / HTTP/1.1', 'Host: a')).toBe(400);
  });
});
