import { describe, expect, it } from '@jest/globals';
import { body, bytes, pipe } from '../../lib/mod.ts';
import { brands, chunks, text } from '../helpers/brands.ts';
import { every } from './every-operator.ts';

describe.each(brands)('operators over %s', (_, make) => {
  it.each(every.map((row) => [row.name, row] as const))('%s: bytes, also by BYOB', async (_name, row) => {
    for (const type of ['default', 'bytes'] as const) {
      const stream = body(pipe(make(), row.make(text.length)), { type });
      expect(Buffer.from(await bytes(stream)).toString()).toBe(text);
      const byob = body(pipe(make(), row.make(text.length)), { type: 'bytes' }).getReader({ mode: 'byob' });
      let got = '';
      for (;;) {
        const { done, value } = await byob.read(new Uint8Array(3));
        if (done) break;
        got += Buffer.from(value).toString();
      }
      expect(got).toBe(text);
    }
    expect(chunks.join('')).toBe(text);
  });
});
