import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { OutgoingResponse } from '../../lib/http/outgoing-response.ts';
import { delimiterOf, refusal, responseHead } from '../../lib/http/response-framing.ts';

const core = (trailers = false) =>
  new BodyCore({ pull: () => null, ...(trailers && { trailers: new Headers() }) });
const outgoing = (more: Partial<OutgoingResponse> = {}): OutgoingResponse => ({
  status: 200,
  statusText: '',
  fields: [['date', 'D']],
  body: null,
  contentLength: undefined,
  ...more,
});

describe('delimiterOf', () => {
  it.each<[string, Partial<OutgoingResponse>, string, string]>([
    ['nothing', { contentLength: 0 }, 'length', 'length'],
    ['nothing, for a HEAD of unknown length', {}, 'length', 'length'],
    ['bytes', { body: new Uint8Array(3), contentLength: 3 }, 'length', 'length'],
    ['a body of known length', { body: core(), contentLength: 3 }, 'length', 'length'],
    ['a body of unknown length', { body: core() }, 'chunked', 'close'],
    // RFC 9112 section 7.1.2: trailers need chunks. HTTP/1.0 has none.
    ['a body of known length, with trailers', { body: core(true), contentLength: 3 }, 'chunked', 'length'],
    ['a body of unknown length, with trailers', { body: core(true) }, 'chunked', 'close'],
  ])('%s', (_, more, in11, in10) => {
    expect([delimiterOf(outgoing(more), '1.1'), delimiterOf(outgoing(more), '1.0')]).toEqual([in11, in10]);
  });
});

describe('responseHead', () => {
  const head = (...args: Parameters<typeof responseHead>): string[] => responseHead(...args).split('\r\n');

  it('says how the body ends, and nothing of it where only the connection does', () => {
    expect(head(outgoing({ contentLength: 5 }), 'length', '1.1', true)).toEqual([
      'HTTP/1.1 200 OK',
      'date: D',
      'content-length: 5',
      '',
      '',
    ]);
    expect(head(outgoing({ contentLength: 5 }), 'chunked', '1.1', true)).toContain(
      'transfer-encoding: chunked',
    );
    expect(head(outgoing({ contentLength: 5 }), 'chunked', '1.1', true)).not.toContain('content-length: 5');
    expect(head(outgoing(), 'close', '1.1', false)).toEqual([
      'HTTP/1.1 200 OK',
      'date: D',
      'connection: close',
      '',
      '',
    ]);
    expect(head(outgoing(), 'length', '1.1', true)).toHaveLength(4);
  });

  it('says whether the connection goes on, where that is not what the version says', () => {
    const connection = (version: '1.0' | '1.1', keepAlive: boolean) =>
      head(outgoing(), 'length', version, keepAlive).find((line) => line.startsWith('connection'));
    expect(connection('1.1', true)).toBeUndefined();
    expect(connection('1.1', false)).toBe('connection: close');
    expect(connection('1.0', true)).toBe('connection: keep-alive');
    expect(connection('1.0', false)).toBe('connection: close');
  });

  it('has a date: the handler’s, else the time', () => {
    const dates = (fields: [string, string][]) =>
      head(outgoing({ fields }), 'length', '1.1', true).filter((line) => line.startsWith('date'));
    expect(dates([['date', 'mine']])).toEqual(['date: mine']);
    const [made = '', ...more] = dates([]);
    expect(more).toEqual([]);
    // RFC 9110 section 5.6.7, IMF-fixdate.
    expect(made).toMatch(/^date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(Math.abs(Date.parse(made.slice(6)) - Date.now())).toBeLessThan(60_000);
  });

  it('has the registered reason where none is given', () => {
    expect(head(outgoing({ status: 404 }), 'length', '1.1', true)[0]).toBe('HTTP/1.1 404 Not Found');
    expect(head(outgoing({ statusText: 'Mine' }), 'length', '1.1', true)[0]).toBe('HTTP/1.1 200 Mine');
  });

  it('a field that would make another is refused', () => {
    expect(() => responseHead(outgoing({ fields: [['a', 'b\r\nc: d']] }), 'length', '1.1', true)).toThrow(
      TypeError,
    );
  });
});

describe('refusal', () => {
  it.each([400, 408, 413, 414, 417, 431, 501, 505])('%i is empty, and ends the connection', (status) => {
    const lines = refusal(status).split('\r\n');
    expect(lines[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
    expect(lines.slice(2)).toEqual(['content-length: 0', 'connection: close', '', '']);
  });
});
