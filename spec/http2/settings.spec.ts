import { describe, expect, it } from '@jest/globals';
import { Settings } from '../../lib/http2/mod.ts';
import { u32 } from './conformance.ts';

const apply = (pairs: [number, number][], fromServer = false, settings = new Settings()): Settings => {
  settings.apply(Uint8Array.from(pairs.flatMap(([id, value]) => [id >> 8, id, ...u32(value)])), fromServer);
  return settings;
};

describe('Settings', () => {
  it('begins with the initial values', () => {
    expect({ ...new Settings() }).toEqual({
      headerTableSize: 4096,
      enablePush: 1,
      maxConcurrentStreams: Number.POSITIVE_INFINITY,
      initialWindowSize: 65_535,
      maxFrameSize: 16_384,
      maxHeaderListSize: Number.POSITIVE_INFINITY,
      enableConnectProtocol: 0,
      noRfc7540Priorities: 0,
    });
  });

  it('takes what is allowed, in order, and ignores what it does not know', () => {
    const settings = apply([
      [1, 0xffffffff],
      [2, 0],
      [3, 0],
      [4, 0x7fffffff],
      [5, 0xffffff],
      [6, 0],
      [8, 1],
      [9, 1],
      [7, 3],
      [0, 3],
      [0x104, 0xffffffff],
      [3, 7],
    ]);
    expect({ ...settings }).toEqual({
      headerTableSize: 0xffffffff,
      enablePush: 0,
      maxConcurrentStreams: 7,
      initialWindowSize: 0x7fffffff,
      maxFrameSize: 0xffffff,
      maxHeaderListSize: 0,
      enableConnectProtocol: 1,
      noRfc7540Priorities: 1,
    });
  });

  it.each<[number, number, number]>([
    [2, 2, 1],
    [4, 0x80000000, 3],
    [5, 16_383, 1],
    [5, 0x1000000, 1],
    [8, 2, 1],
    [9, 2, 1],
  ])('refuses setting %i of %i', (id, value, errorCode) => {
    expect(() => apply([[id, value]])).toThrow(expect.objectContaining({ errorCode, scope: 'connection' }));
  });

  it('refuses push of a server, and extended CONNECT taken back', () => {
    expect(apply([[2, 1]]).enablePush).toBe(1);
    expect(apply([[2, 0]], true).enablePush).toBe(0);
    expect(() => apply([[2, 1]], true)).toThrow(expect.objectContaining({ errorCode: 1 }));
    expect(() => apply([[8, 0]], true, apply([[8, 1]], true))).toThrow(
      expect.objectContaining({ errorCode: 1 }),
    );
  });
});
