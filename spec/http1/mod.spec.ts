import { describe, expect, it } from '@jest/globals';
import * as http1 from '../../lib/http1/mod.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('sluice/http1', () => {
  it('exports the codec and no more', () => {
    expect(Object.keys(http1).sort()).toEqual([
      'ChunkedDecoder',
      'ChunkedEncoder',
      'CloseReader',
      'HTTP1_LIMITS',
      'Http1Connection',
      'LengthReader',
      'bodyFraming',
      'fieldValues',
      'isForbiddenTrailer',
      'keepsAlive',
      'parseRequestHead',
      'parseResponseHead',
      'writeRequestHead',
      'writeResponseHead',
    ]);
  });

  it('does what its examples say', () => {
    const connection = new http1.Http1Connection({ role: 'server' });
    const input = bytes('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(connection.receive(input)).toMatchObject([{ type: 'request', target: '/' }, { type: 'end' }]);
    connection.next();
    expect(connection.receive(input, connection.consumed)[0]).toMatchObject({ target: '/2' });

    expect(
      http1.bodyFraming({ role: 'request', version: '1.1', headers: ['content-length', '5'] }),
    ).toMatchObject({ kind: 'length', length: 5 });
    expect(http1.parseRequestHead(bytes('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))?.head.authority).toBe('a');
    expect(http1.parseResponseHead(bytes('HTTP/1.1 204 No Content\r\n\r\n'), 'GET')?.head.status).toBe(204);
    expect(http1.keepsAlive('1.1', null)).toBe(true);

    const encoder = new http1.ChunkedEncoder();
    const wire = [...encoder.encode(bytes('hi')), encoder.end(['x-checksum', 'abc'])];
    expect(wire.map((piece) => new TextDecoder().decode(piece)).join('')).toBe(
      '2\r\nhi\r\n0\r\nx-checksum: abc\r\n\r\n',
    );
    const decoder = new http1.ChunkedDecoder();
    const offsets: number[] = [];
    const body = bytes('2\r\nhi\r\n0\r\n\r\nrest');
    const stop = decoder.read(body, 0, body.length, offsets);
    expect(offsets).toEqual([3, 5]);
    expect(decoder.done && body.subarray(stop)).toEqual(bytes('rest'));
  });
});
