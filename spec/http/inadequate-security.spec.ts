import { describe, expect, it } from '@jest/globals';
import { inadequateSecurity } from '../../lib/http/inadequate-security.ts';

describe('inadequateSecurity', () => {
  it.each([
    ['h2', 'TLSv1', true],
    ['h2', 'TLSv1.1', true],
    ['h2', 'TLSv1.2', false],
    ['h2', 'TLSv1.3', false],
    ['http/1.1', 'TLSv1', false],
    [false, 'TLSv1.1', false],
    ['h2', null, false],
    [undefined, undefined, false],
  ])('%s over %s: %s', (alpn, version, expected) => {
    const error = inadequateSecurity(alpn, version);
    expect(error !== undefined).toBe(expected);
    if (expected) expect(error).toMatchObject({ code: 'ERR_PROTOCOL', protocol: 'h2', errorCode: 0xc });
  });
});
