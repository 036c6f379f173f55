import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { STATIC_TABLE } from '../../../lib/http2/hpack/static-table.ts';
import { HpackDecoder, HpackEncoder } from '../../../lib/http2/mod.ts';

const LIMITS = { maxBytes: 65_536, maxCount: 1000, hardBytes: 262_144 };
describe('STATIC_TABLE', () => {
  it('is that of appendix A: the digest of its lines, from the table of python-hyper/hpack', () => {
    const block = Uint8Array.from({ length: 61 }, (_, i) => 0x81 + i);
    const { fields } = new HpackDecoder().decode(block, LIMITS);
    const text = fields.map((field) => field.join('\0')).join('\n');
    expect(createHash('sha256').update(text, 'latin1').digest('hex')).toBe(
      '86a3674fbddafb2089c1ad0a76c37abfae0157299709482053e3f4b9bac1e771',
    );
  });

  it('has the entries that RFC 7541 names, and as many', () => {
    expect(STATIC_TABLE).toHaveLength(61);
    for (const [index, name, value] of [
      [1, ':authority', ''],
      [2, ':method', 'GET'],
      [8, ':status', '200'],
      [14, ':status', '500'],
      [16, 'accept-encoding', 'gzip, deflate'],
      [32, 'cookie', ''],
      [55, 'set-cookie', ''],
      [61, 'www-authenticate', ''],
    ] as const)
      expect(STATIC_TABLE[index - 1]).toEqual([name, value]);
  });

  it('is found again: the encoder writes each entry as its index alone', () => {
    for (const [i, field] of STATIC_TABLE.entries())
      if (field[1] !== '') expect([...new HpackEncoder().encode([field])]).toEqual([0x81 + i]);
  });
});
