import { describe, expect, it } from '@jest/globals';
import { FieldScanner } from '../../lib/http1/field-scanner.ts';
import { HTTP1_LIMITS } from '../../lib/http1/limits.ts';
import { responseHead } from '../../lib/http1/response-head.ts';
import { toBytes } from './outcome.ts';

function head(method: string, line: string, ...fields: string[]) {
  const bytes = toBytes([line, ...fields, '', ''].join('\r\n'));
  const scanner = new FieldScanner('response', HTTP1_LIMITS);
  scanner.scan(bytes, 0, bytes.byteLength);
  expect(scanner.error).toBeNull();
  return responseHead(scanner, method);
}

describe('responseHead', () => {
  it('says what a response is', () => {
    expect(head('GET', 'HTTP/1.1 404 Not There', 'Content-Length: 3')).toEqual({
      type: 'response',
      status: 404,
      reason: 'Not There',
      version: '1.1',
      headers: ['content-length', '3'],
      framing: expect.objectContaining({ kind: 'length', length: 3 }),
      keepAlive: true,
      upgrade: null,
    });
  });

  it.each([
    ['HTTP/1.1 200', ''],
    ['HTTP/1.1 200 ', ''],
    ['HTTP/1.1 200  a b ', ' a b '],
    ['HTTP/1.1 200 \xe9', '\xe9'],
  ])('%j has the reason %j', (line, reason) => {
    expect(head('GET', line).reason).toBe(reason);
  });

  it.each([
    [100, 'informational'],
    [101, 'response'],
    [102, 'informational'],
    [199, 'informational'],
    [200, 'response'],
    [999, 'response'],
  ])('%i is %s', (status, type) => {
    expect(head('GET', `HTTP/1.1 ${status} x`)).toMatchObject({ status, type });
  });

  it('goes on only where its body ends by itself', () => {
    const goesOn = (method: string, line: string, ...fields: string[]) =>
      head(method, line, ...fields).keepAlive;
    expect(goesOn('GET', 'HTTP/1.1 200 OK', 'Content-Length: 0')).toBe(true);
    expect(goesOn('GET', 'HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')).toBe(true);
    expect(goesOn('GET', 'HTTP/1.1 204 No Content')).toBe(true);
    expect(goesOn('HEAD', 'HTTP/1.1 200 OK')).toBe(true);
    // Until the connection closes.
    expect(goesOn('GET', 'HTTP/1.1 200 OK')).toBe(false);
    expect(goesOn('GET', 'HTTP/1.1 200 OK', 'Content-Length: 0', 'Connection: close')).toBe(false);
    expect(goesOn('GET', 'HTTP/1.0 200 OK', 'Content-Length: 0')).toBe(false);
    expect(goesOn('GET', 'HTTP/1.0 200 OK', 'Content-Length: 0', 'Connection: keep-alive')).toBe(true);
    expect(goesOn('CONNECT', 'HTTP/1.1 200 OK')).toBe(false);
  });

  it('a 101 names the protocol, and no other status does', () => {
    const fields = ['Connection: upgrade', 'Upgrade: websocket'];
    expect(head('GET', 'HTTP/1.1 101 Switching Protocols', ...fields).upgrade).toBe('websocket');
    expect(head('GET', 'HTTP/1.1 426 Upgrade Required', ...fields).upgrade).toBeNull();
    expect(head('GET', 'HTTP/1.1 101 x', 'Upgrade: websocket').upgrade).toBeNull();
  });
});
