import { describe, expect, it } from '@jest/globals';
import { upgradeOf } from '../../lib/http1/upgrade.ts';

describe('upgradeOf (RFC 9110 section 7.8)', () => {
  it.each([
    ['upgrade', 'websocket', 'websocket'],
    ['Upgrade', 'WebSocket', 'WebSocket'],
    ['keep-alive, UPGRADE', 'a/1, b', 'a/1, b'],
    ['upgrade', ' a ,, b ', 'a, b'],
    ['upgrade', 'h2c', null],
    ['upgrade', 'H2C, websocket', 'websocket'],
    ['upgrade', 'h2c, H2c', null],
    ['upgrade', ', ,', null],
    ['upgrade', '', null],
    ['upgrade', undefined, null],
    ['close', 'websocket', null],
    ['x-upgrade', 'websocket', null],
    [null, 'websocket', null],
    [undefined, 'websocket', null],
  ])('Connection: %s, Upgrade: %s', (connection, upgrade, offered) => {
    expect(upgradeOf('1.1', connection, upgrade)).toBe(offered);
  });

  it('HTTP/1.0 has none', () => {
    expect(upgradeOf('1.0', 'upgrade', 'websocket')).toBeNull();
  });
});
