import { describe, expect, it } from '@jest/globals';
import { parseAuthority } from '../../lib/http1/authority.ts';

describe('parseAuthority', () => {
  it.each([
    ['a', { host: 'a', port: null }],
    ['a:', { host: 'a', port: '' }],
    ['a:80', { host: 'a', port: '80' }],
    ['[::]', { host: '[::]', port: null }],
    ['[::]:', { host: '[::]', port: '' }],
    ['[1::8]:1', { host: '[1::8]', port: '1' }],
    ['[::2:3:4:5:6:7:8]', { host: '[::2:3:4:5:6:7:8]', port: null }],
    ['[1:2:3:4:5:6:1.2.3.4]', { host: '[1:2:3:4:5:6:1.2.3.4]', port: null }],
    ['', null],
    [':', null],
    ['[', null],
    ['[]:', null],
    ['[::]x', null],
    ['[1:2:3:4:5:6:7:1.2.3.4]', null],
    ['[::1:2:3:4:5:6:7:8]', null],
    ['[1.2.3.4]', null],
    ['[1.2.3.4::]', null],
    ['[:1]', null],
    ['[::\t1]', null],
    ['[::1%25eth0]', null],
    ['[::01.2.3.4]', null],
    ['[v.a]', null],
    ['[v1f.a:b]', { host: '[v1f.a:b]', port: null }],
    ['a:99999', null],
    ['a:8 0', null],
  ])('%j', (text, expected) => {
    expect(parseAuthority(text)).toEqual(expected);
  });
});
