import { describe, expect, it } from '@jest/globals';
import { HTTP1_LIMITS } from '../../lib/http1/limits.ts';

describe('HTTP1_LIMITS', () => {
  it('holds the documented defaults', () => {
    expect(HTTP1_LIMITS).toEqual({
      maxHeaderBytes: 16384,
      maxHeaderCount: 128,
      maxTrailerBytes: 8192,
      maxInformational: 16,
      maxChunkLineBytes: 4096,
      maxChunkExtensionBytes: 16384,
    });
  });
});
