import { describe, expect, it } from '@jest/globals';
import { latin1 } from '../../lib/bytes/latin1.ts';
import { parseResponseHead } from '../../lib/http1/parse-response-head.ts';
import { REASONS } from '../../lib/http1/reasons.ts';
import { writeResponseHead } from '../../lib/http1/write-response-head.ts';

const text = latin1;
const BAD_VALUES = ['a\r\nb: c', '\r', '\n', '\0', 'a\x01', '\x7f', '\u0100', '\u{1f600}'];

describe('writeResponseHead', () => {
  it('writes a head with the registered reason, a given one, or none', () => {
    expect(text(writeResponseHead({ status: 404, headers: ['a', 'b'] }))).toBe(
      'HTTP/1.1 404 Not Found\r\na: b\r\n\r\n',
    );
    expect(text(writeResponseHead({ status: 200, reason: 'F\xefne', headers: [], version: '1.0' }))).toBe(
      'HTTP/1.0 200 F\xefne\r\n\r\n',
    );
    expect(text(writeResponseHead({ status: 299, headers: [] }))).toBe('HTTP/1.1 299 \r\n\r\n');
    expect(text(writeResponseHead({ status: 100, headers: [] }))).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(text(writeResponseHead({ status: 999, headers: [] }))).toBe('HTTP/1.1 999 \r\n\r\n');
  });

  it.each(BAD_VALUES.map((value) => [value]))('refuses %j as a value and as a reason', (value) => {
    expect(() => writeResponseHead({ status: 200, headers: ['a', value] })).toThrow(TypeError);
    expect(() => writeResponseHead({ status: 200, headers: [], reason: value })).toThrow(TypeError);
  });

  it.each([[99], [1000], [200.5], [Number.NaN], [-200]])('refuses the status %d', (status) => {
    expect(() => writeResponseHead({ status, headers: [] })).toThrow(RangeError);
  });

  it('is read back, every registered status', () => {
    for (const [status, reason] of Object.entries(REASONS)) {
      const bytes = writeResponseHead({ status: Number(status), headers: [] });
      expect(parseResponseHead(bytes, 'GET')?.head).toMatchObject({ status: Number(status), reason });
    }
  });
});
