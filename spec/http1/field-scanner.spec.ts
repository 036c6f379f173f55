import { describe, expect, it } from '@jest/globals';
import { FieldScanner, type Section } from '../../lib/http1/field-scanner.ts';
import { HTTP1_LIMITS, type Http1Limits } from '../../lib/http1/limits.ts';
import { cut, toBytes } from './outcome.ts';

interface Result {
  readonly end: number;
  readonly line: string;
  readonly fields: readonly string[];
  readonly error: readonly unknown[] | null;
}

/** Scans pieces one after the other, as they would come, up to the end of the section. */
function scan(
  section: Section,
  pieces: readonly Uint8Array[],
  options: Partial<Http1Limits> & { fold?: boolean } = {},
): Result & { readonly scanner: FieldScanner } {
  const scanner = new FieldScanner(section, { ...HTTP1_LIMITS, ...options });
  let end = 0;
  for (const piece of pieces) {
    if (scanner.done || scanner.error !== null) break;
    end += scanner.scan(piece, 0, piece.byteLength);
  }
  const { error } = scanner;
  return {
    scanner,
    end,
    line: scanner.startLine,
    fields: scanner.done ? scanner.fields() : [],
    error: error && [error.statusHint, error.offset],
  };
}

/** The same however the input is cut. */
function anyhow(section: Section, text: string, options?: Parameters<typeof scan>[2]): Result {
  const bytes = toBytes(text);
  const { scanner: _, ...whole } = scan(section, [bytes], options);
  for (const size of [1, 2, 3, 7]) {
    const { scanner: _, ...pieces } = scan(section, cut(bytes, size), options);
    expect(pieces).toEqual(whole);
  }
  return whole;
}

describe('FieldScanner', () => {
  it('reads a section to its end, and no further', () => {
    expect(anyhow('request', 'GET / HTTP/1.1\r\nHost: a\r\nX-A:\t b \r\nY:\r\n\r\nrest')).toEqual({
      end: 41,
      line: 'GET / HTTP/1.1',
      fields: ['host', 'a', 'x-a', 'b', 'y', ''],
      error: null,
    });
    expect(anyhow('response', 'HTTP/1.1 200 OK\r\nA: b\r\n\r\n')).toMatchObject({
      line: 'HTTP/1.1 200 OK',
      fields: ['a', 'b'],
    });
    expect(anyhow('trailers', 'A: b\r\n\r\nHTTP/1.1')).toMatchObject({ end: 8, fields: ['a', 'b'] });
    expect(anyhow('trailers', '\r\nHTTP/1.1')).toMatchObject({ end: 2, fields: [] });
  });

  it('leaves the input as it was, and needs it no longer', () => {
    const pieces = cut(toBytes('GET / HTTP/1.1\r\nhost: abc\r\n\r\n'), 5);
    const scanner = new FieldScanner('request', HTTP1_LIMITS);
    for (const piece of pieces) {
      scanner.scan(piece, 0, piece.byteLength);
      piece.fill(0);
    }
    expect([scanner.startLine, scanner.fields()]).toEqual(['GET / HTTP/1.1', ['host', 'abc']]);
  });

  it('knows whether anything but empty lines came, and how many bytes', () => {
    const scanner = new FieldScanner('request', HTTP1_LIMITS);
    const feed = (text: string) => {
      scanner.scan(toBytes(text), 0, text.length);
      return [scanner.started, scanner.offset];
    };
    expect(feed('\r\n')).toEqual([false, 2]);
    expect(feed('\r')).toEqual([false, 3]);
    expect(feed('\nG')).toEqual([true, 5]);
  });

  it('skips up to four empty lines before a start line, which do not count (RFC 9112 section 2.2)', () => {
    const head = 'GET / HTTP/1.1\r\n\r\n';
    for (const lines of [1, 4]) {
      const text = `${'\r\n'.repeat(lines)}${head}`;
      expect(anyhow('request', text, { maxHeaderBytes: head.length })).toMatchObject({
        end: text.length,
        line: 'GET / HTTP/1.1',
        error: null,
      });
    }
    expect(anyhow('request', `${'\r\n'.repeat(5)}${head}`).error).toEqual([400, 8]);
  });

  it.each<[Section, string]>([
    ['request', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['response', 'HTTP/1.1 200 OK\r\na: b\r\n\r\n'],
    ['trailers', 'a: b\r\n\r\n'],
  ])('a %s as long as the limit is taken, one byte more is not', (section, text) => {
    const of = (bytes: number) => ({ maxHeaderBytes: bytes, maxTrailerBytes: bytes });
    const { length } = text;
    expect(anyhow(section, text, of(length)).error).toBeNull();
    const hint = section === 'response' ? undefined : 431;
    for (const bytes of [length - 1, length - 2, length - 3])
      expect(anyhow(section, text, of(bytes)).error).toEqual([hint, bytes]);
  });

  it.each([
    ['GETGETGET', 501],
    ['GET /aaaaaaaa', 414],
    ['GET / HTTP', 414],
    ['GET / HTTP/1.1\r\nab', 431],
  ])('past the limit in %j the status is %i', (text, status) => {
    expect(anyhow('request', text, { maxHeaderBytes: text.length }).error).toEqual([status, text.length]);
  });

  it('no trailers may be allowed: a section without one fits', () => {
    expect(anyhow('trailers', '\r\n', { maxTrailerBytes: 0 }).error).toBeNull();
    expect(anyhow('trailers', 'a: b\r\n\r\n', { maxTrailerBytes: 0 }).error).toEqual([431, 2]);
  });

  it.each([0, 1, 3])('at most %i fields', (maxHeaderCount) => {
    const text = (count: number) => `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(count)}\r\n`;
    expect(anyhow('request', text(maxHeaderCount), { maxHeaderCount }).error).toBeNull();
    expect(anyhow('request', text(maxHeaderCount + 1), { maxHeaderCount }).error).toEqual([
      431,
      16 + 6 * maxHeaderCount,
    ]);
  });

  it('a folded line becomes a space where it may (RFC 9112 section 5.2), and is a fault elsewhere', () => {
    const text = 'HTTP/1.1 200 OK\r\na: b\r\n c\r\n\t d \r\ne:\r\n f\r\n\r\n';
    expect(anyhow('response', text, { fold: true }).fields).toEqual(['a', 'b c d', 'e', 'f']);
    expect(anyhow('response', text).error).toEqual([undefined, 23]);
    // Nothing to fold onto.
    expect(anyhow('response', 'HTTP/1.1 200 OK\r\n a: b\r\n\r\n', { fold: true }).error).toEqual([
      undefined,
      17,
    ]);
  });

  it.each([
    'GET  / HTTP/1.1\r\n\r\n',
    'GET /a b HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1 \r\n\r\n',
    'GET / HTTP/1.1\n\n',
    'GET / HTTP/1.1\r\nA : b\r\n\r\n',
    'GET / HTTP/1.1\r\nA\r\n\r\n',
    'GET / HTTP/1.1\r\n: b\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\n\r\n',
    'GET / HTTP/1.1\r\nA: b\rc\r\n\r\n',
    'GET / HTTP/1.1\r\nA: \0\r\n\r\n',
    'GET / HTTP/1.1\r\nA\0: b\r\n\r\n',
    'GET / HTTP/1.1\r\n\rA: b\r\n\r\n',
    'GET / http/1.1\r\n\r\n',
    'GET / HTTP/11\r\n\r\n',
    'G\xe9T / HTTP/1.1\r\n\r\n',
    'GET /\xe9 HTTP/1.1\r\n\r\n',
    'GET /\x7f HTTP/1.1\r\n\r\n',
  ])('refuses %j', (text) => {
    expect(anyhow('request', text)).toMatchObject({ fields: [], error: [400, expect.any(Number)] });
  });

  it.each(['HTTP/0.9', 'HTTP/1.2', 'HTTP/1.9', 'HTTP/2.0', 'HTTP/3.0'])(
    '%s is a version that is not known',
    (version) => {
      expect(anyhow('request', `GET / ${version}\r\n\r\n`).error?.[0]).toBe(505);
    },
  );

  it('a value may have obs-text; a status line may lack its reason and its last space', () => {
    expect(anyhow('request', 'GET / HTTP/1.1\r\na: \xe9\t\xff\r\n\r\n').fields).toEqual(['a', '\xe9\t\xff']);
    for (const line of ['HTTP/1.1 204', 'HTTP/1.1 204 ', 'HTTP/1.0 204 \xe9\t!'])
      expect(anyhow('response', `${line}\r\n\r\n`)).toMatchObject({ line, error: null });
    for (const line of ['HTTP/1.1 099', 'HTTP/1.1 20', 'HTTP/1.1 2000', 'HTTP/1.1  200', 'HTTP/1.1 20x'])
      expect(anyhow('response', `${line}\r\n\r\n`).error).not.toBeNull();
  });

  it('counts the offsets of its faults from where it is told', () => {
    const scanner = new FieldScanner('trailers', HTTP1_LIMITS, 100);
    scanner.scan(toBytes('a b'), 0, 3);
    expect(scanner.error?.offset).toBe(101);
  });

  it('reads a part of an input, and gives the position in that', () => {
    const bytes = toBytes('xxGET / HTTP/1.1\r\n\r\nyy');
    const scanner = new FieldScanner('request', HTTP1_LIMITS);
    expect(scanner.scan(bytes, 2, 10)).toBe(10);
    expect(scanner.scan(bytes, 10, bytes.byteLength)).toBe(bytes.byteLength - 2);
    expect(scanner.startLine).toBe('GET / HTTP/1.1');
  });
});
