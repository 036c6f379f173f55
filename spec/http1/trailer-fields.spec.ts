import { describe, expect, it } from '@jest/globals';
import { allowedTrailers, isForbiddenTrailer } from '../../lib/http1/trailer-fields.ts';

describe('trailer fields', () => {
  it('knows the forbidden ones in any case', () => {
    expect(['Content-Length', 'TE', 'host', 'Set-Cookie', 'If-Match'].every(isForbiddenTrailer)).toBe(true);
    expect(['x-checksum', 'grpc-status', 'Expires', 'Date', 'ETag', ''].some(isForbiddenTrailer)).toBe(false);
  });

  it('keeps the others, and is null without any', () => {
    expect(allowedTrailers(['a', '1', 'te', '2', 'a', '3'])).toEqual(['a', '1', 'a', '3']);
    expect(allowedTrailers(['te', '2'])).toBeNull();
    expect(allowedTrailers([])).toBeNull();
  });
});
