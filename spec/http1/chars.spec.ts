import { describe, expect, it } from '@jest/globals';
import { HEX_VALUES, TARGET_BYTES, TOKEN_BYTES, VALUE_BYTES } from '../../lib/http1/chars.ts';

const marked = (table: Uint8Array) => [...table.keys()].filter((byte) => table[byte] === 1);

describe('byte tables', () => {
  it('marks token bytes', () => {
    expect(String.fromCharCode(...marked(TOKEN_BYTES))).toBe(
      "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
    );
  });

  it('marks field-value bytes: HTAB, SP to ~, obs-text', () => {
    expect(marked(VALUE_BYTES)).toEqual([9, ...[...Array(256).keys()].filter((b) => b >= 32 && b !== 127)]);
  });

  it('marks target bytes: visible ASCII', () => {
    expect(marked(TARGET_BYTES)).toEqual([...Array(94).keys()].map((i) => i + 33));
  });

  it('knows the hex digits and nothing else', () => {
    for (let byte = 0; byte < 256; byte++) {
      const text = String.fromCharCode(byte);
      if (/[0-9a-fA-F]/.test(text)) expect(HEX_VALUES[byte]).toBe(Number.parseInt(text, 16));
      else expect(HEX_VALUES[byte]).toBeGreaterThan(15);
    }
  });
});
