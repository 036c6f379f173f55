import { describe, expect, it } from '@jest/globals';
import { fixedLength } from '../../adapters/workerd/fixed-length.ts';
import { body } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('fixedLength', () => {
  it('tells the length by the property of its source that workerd asks for', () => {
    const native = globalThis.ReadableStream;
    const asked: unknown[] = [];
    globalThis.ReadableStream = new Proxy(native, {
      construct(target, [source, strategy]) {
        asked.push(source.expectedLength, strategy.highWaterMark);
        return new target(source, strategy);
      },
    });
    try {
      fixedLength(body('abc'), 3);
    } finally {
      globalThis.ReadableStream = native;
    }
    expect(asked).toEqual([3, 0]);
  });

  it('is the body: pulled when it is read, and no more', async () => {
    const source = countingSource({ chunkBytes: 3, totalBytes: 6 });
    const reader = fixedLength(body(source), 6).getReader();
    await turn();
    expect(source.pulls).toBe(0);
    await reader.read();
    await turn();
    expect(source.pulls).toBe(1);
    await reader.read();
    expect([(await reader.read()).done, source.pulls]).toEqual([true, 3]);
  });

  it('a cancel reaches the source, and what that fails with the reader', async () => {
    const source = countingSource({ chunkBytes: 3 });
    await fixedLength(body(source), 9).cancel('enough');
    expect(source.cancelled).toEqual({ reason: 'enough' });
    const failure = new Error('broke');
    const failing = fixedLength(body({ pull: () => Promise.reject(failure) }), 9);
    await expect(failing.getReader().read()).rejects.toBe(failure);
  });
});
