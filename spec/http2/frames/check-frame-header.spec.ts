import { describe, expect, it } from '@jest/globals';
import { checkFrameHeader } from '../../../lib/http2/frames/check-frame-header.ts';

const max = 16_384;
const check = (type: number, length: number, streamId = 1, flags = 0): boolean =>
  checkFrameHeader(
    { type, flags, streamId, length, padding: 0, payload: new Uint8Array(0), first: true, last: true },
    max,
  );
const code = (type: number, length: number, streamId = 1, flags = 0): number | undefined => {
  try {
    check(type, length, streamId, flags);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PROTOCOL', scope: 'connection' });
    return (error as { errorCode: number }).errorCode;
  }
};
const [PROTOCOL, SIZE] = [1, 6];

describe('checkFrameHeader', () => {
  it.each([
    ['DATA', 0],
    ['HEADERS', 1],
    ['PRIORITY', 2],
    ['RST_STREAM', 3],
    ['PUSH_PROMISE', 5],
    ['CONTINUATION', 9],
  ])('%s stands on a stream', (_, type) => {
    expect(code(type, 4)).toBeUndefined();
    expect(code(type, 4, 0)).toBe(PROTOCOL);
  });

  it.each([
    ['SETTINGS', 4, 6],
    ['PING', 6, 8],
    ['GOAWAY', 7, 8],
    ['PRIORITY_UPDATE', 16, 4],
  ])('%s stands on the connection', (_, type, length) => {
    expect(code(type, length, 0)).toBeUndefined();
    expect(code(type, length, 1)).toBe(PROTOCOL);
  });

  it('WINDOW_UPDATE, and what is unknown, stand on both', () => {
    for (const type of [8, 10, 12, 0x42, 255])
      for (const streamId of [0, 1, 0x7fffffff]) expect(code(type, 4, streamId)).toBeUndefined();
  });

  it.each<[string, number, number, number[], number[]]>([
    ['RST_STREAM', 3, 1, [4], [0, 3, 5]],
    ['SETTINGS', 4, 0, [0, 6, 12, 16_380], [1, 5, 7, 16_384]],
    ['PUSH_PROMISE', 5, 1, [4, 100], [0, 3]],
    ['PING', 6, 0, [8], [0, 7, 9, 16]],
    ['GOAWAY', 7, 0, [8, 9, 16_384], [0, 7]],
    ['WINDOW_UPDATE', 8, 1, [4], [0, 3, 5]],
    ['PRIORITY_UPDATE', 16, 0, [4, 100], [0, 3]],
    // RFC 9113 section 6.3: a stream error, which only the connection can answer with.
    ['PRIORITY', 2, 1, [0, 4, 5, 6], []],
    ['DATA', 0, 1, [0, 16_384], []],
    ['an unknown one', 0x42, 0, [0, 16_384], []],
  ])('%s has its lengths', (_, type, streamId, right, wrong) => {
    for (const length of right) expect([length, code(type, length, streamId)]).toEqual([length, undefined]);
    for (const length of [...wrong, 16_385])
      expect([length, code(type, length, streamId)]).toEqual([length, SIZE]);
  });

  it('an acknowledgement of SETTINGS has no payload', () => {
    expect(code(4, 0, 0, 1)).toBeUndefined();
    expect(code(4, 6, 0, 1)).toBe(SIZE);
  });

  it('a pad length follows in DATA and HEADERS with the flag, and in no other', () => {
    expect([check(0, 1, 1, 8), check(1, 1, 1, 8)]).toEqual([true, true]);
    expect([check(0, 1, 1, 0), check(1, 1, 1, 4), check(3, 4, 1, 8), check(0x42, 0, 1, 8)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect([code(0, 0, 1, 8), code(1, 0, 1, 8)]).toEqual([SIZE, SIZE]);
  });

  it('HEADERS with a priority, and with padding too, have room for them', () => {
    expect([code(1, 4, 1, 0x20), code(1, 5, 1, 0x20)]).toEqual([SIZE, undefined]);
    expect([code(1, 5, 1, 0x28), code(1, 6, 1, 0x28)]).toEqual([SIZE, undefined]);
    // The same bit of DATA is none.
    expect(code(0, 0, 1, 0x20)).toBeUndefined();
  });

  it('a wrong stream comes before a wrong length', () => {
    expect(code(6, 3, 1)).toBe(PROTOCOL);
  });
});
