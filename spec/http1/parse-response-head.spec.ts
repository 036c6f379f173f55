import { describe, expect, it } from '@jest/globals';
import { parseResponseHead } from '../../lib/http1/parse-response-head.ts';
import { toBytes } from './outcome.ts';

describe('parseResponseHead', () => {
  const bytes = toBytes('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc');

  it('parses a head for its method', () => {
    expect(parseResponseHead(bytes, 'GET')).toMatchObject({
      head: { framing: { kind: 'length' } },
      end: bytes.length - 3,
    });
    expect(parseResponseHead(bytes, 'HEAD')?.head.framing.kind).toBe('none');
    expect(parseResponseHead(bytes, 'CONNECT')?.head.framing.kind).toBe('tunnel');
    expect(parseResponseHead(bytes.subarray(0, 20), 'GET')).toBeNull();
  });

  it('throws the fault, which has no status', () => {
    expect(() => parseResponseHead(toBytes('HTTP/1.1 20 '), 'GET')).not.toThrow(
      expect.objectContaining({ statusHint: expect.anything() }),
    );
    expect(() => parseResponseHead(toBytes('HTTP/1.1 20'), 'GET')).not.toThrow();
    expect(() => parseResponseHead(toBytes('HTTP/1.1 20 '), 'GET')).toThrow(
      expect.objectContaining({ offset: 11 }),
    );
    expect(() => parseResponseHead(bytes, 'GET', { maxHeaderBytes: 20 })).toThrow('20 bytes');
  });
});
