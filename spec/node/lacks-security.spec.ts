import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { lacksSecurity } from '../../adapters/node/lacks-security.ts';

describe('lacksSecurity', () => {
  it.each([
    ['h2', 'TLSv1', true],
    ['h2', 'TLSv1.1', true],
    ['h2', 'TLSv1.2', false],
    ['h2', 'TLSv1.3', false],
    ['http/1.1', 'TLSv1', false],
    [false, 'TLSv1.1', false],
    [undefined, undefined, false],
  ])('%s over %s: %s', (alpnProtocol, version, expected) => {
    const socket = { alpnProtocol, getProtocol: () => version ?? null };
    expect(lacksSecurity(socket as unknown as Socket)).toBe(expected);
  });
});
