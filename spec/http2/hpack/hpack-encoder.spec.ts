import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Header, HpackDecoder, HpackEncoder } from '../../../lib/http2/mod.ts';

const LIMITS = { maxBytes: 65_536, maxCount: 1000, hardBytes: 262_144 };
const octets = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const names = fc.oneof(
  octets,
  fc.constantFrom(':path', 'cookie', 'authorization', 'x-a', 'x-b', 'date', 'set-cookie'),
);

describe('HpackEncoder', () => {
  it('announces the smallest size of those set since the last block, and the last', () => {
    const encoder = new HpackEncoder();
    encoder.setMaxTableSize(0);
    encoder.setMaxTableSize(4096);
    expect([...encoder.encode([[':method', 'GET']])]).toEqual([0x20, 0x3f, 0xe1, 0x1f, 0x82]);
  });

  it('finds a name again whose older entry was evicted', () => {
    const encoder = new HpackEncoder();
    encoder.setMaxTableSize(200);
    for (const [name = '', value = ''] of ['a1', 'a2', 'b1', 'c1', 'd1', 'e1'].map((pair) => [...pair]))
      encoder.encode([[`x-${name}`, value]]);
    expect(encoder.encode([['x-a', '3']])[0]).toBe(0x7f);
  });

  it('tells a name of NUL from an empty name and value', () => {
    const fields: [string, string][] = [
      ['', ''],
      ['\0', ''],
    ];
    expect(new HpackDecoder().decode(new HpackEncoder().encode(fields).slice(), LIMITS).fields).toEqual(
      fields,
    );
  });

  it('does not index a secret, also without a value', () => {
    expect((new HpackEncoder().encode([['authorization', '']])[0] ?? 0) & 0xf0).toBe(0x10);
  });

  it('is read back, whatever the fields and table sizes', () => {
    const blocks = fc.array(
      fc.record({
        size: fc.option(fc.integer({ min: 0, max: 6000 })),
        fields: fc.array(fc.tuple(names, octets), { maxLength: 20 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(blocks, (list) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(8192);
        for (const { size, fields } of list) {
          if (size !== null) encoder.setMaxTableSize(size);
          expect(decoder.decode(encoder.encode(fields).slice(), LIMITS).fields).toEqual(fields);
        }
      }),
    );
  });

  it('indexes what comes again, and never a secret', () => {
    const encoder = new HpackEncoder();
    const fields: Header[] = [['x-key', 'value']];
    expect(encoder.encode(fields).byteLength).toBeGreaterThan(5);
    expect([...encoder.encode(fields)]).toEqual([0x80 | 62]);
    for (const secret of [
      ['authorization', 'Basic x'],
      ['cookie', 'a=1'],
    ] as Header[])
      for (let i = 0; i < 2; i++) expect((encoder.encode([secret])[0] ?? 0) & 0xf0).toBe(0x10);
  });
});
