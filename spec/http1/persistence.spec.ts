import { describe, expect, it } from '@jest/globals';
import { keepsAlive } from '../../lib/http1/persistence.ts';
import { upgradeOf } from '../../lib/http1/upgrade.ts';

describe('keepsAlive', () => {
  it.each([
    ['1.1', null, true],
    ['1.1', 'close', false],
    ['1.1', 'a, Close', false],
    ['1.1', 'keep-alive', true],
    ['1.0', null, false],
    ['1.0', 'keep-alive', true],
    ['1.0', 'keep-alive, close', false],
    ['1.0', 'a', false],
  ] as const)('%s %j', (version, connection, expected) => {
    expect(keepsAlive(version, connection)).toBe(expected);
  });
});

describe('upgradeOf', () => {
  it.each([
    ['1.1', 'upgrade', 'a', 'a'],
    ['1.1', 'close, Upgrade', 'A/2, h2c', 'A/2'],
    ['1.1', 'upgrade', 'h2c', null],
    ['1.1', 'upgrade', null, null],
    ['1.1', null, 'a', null],
    ['1.0', 'upgrade', 'a', null],
  ] as const)('%s %j %j', (version, connection, upgrade, expected) => {
    expect(upgradeOf(version, connection, upgrade)).toBe(expected);
  });
});
