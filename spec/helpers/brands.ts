import * as whatwg from '@whatwg-node/fetch';
import * as polyfill from 'web-streams-polyfill';
import type { BodyLike } from '../../lib/mod.ts';

/** What each of them gives; a consumer leaves it as it is. */
export const chunks = ['one ', 'two two ', 'three', '!'].map((text) => Buffer.from(text));
export const text = chunks.join('');
/** Streams of other brands, and sources that keep their memory. */
export const brands: [string, () => BodyLike][] = [
  ['web-streams-polyfill', () => from(polyfill.ReadableStream as unknown as typeof ReadableStream)],
  ['@whatwg-node/fetch', () => from(whatwg.ReadableStream)],
  ['a source that reuses its buffer', reusing],
  ['pooled Buffers', () => chunks],
];

function from(Stream: typeof ReadableStream): ReadableStream<Uint8Array> {
  let n = 0;
  return new Stream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[n++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function reusing(): BodyLike {
  const memory = new Uint8Array(16);
  let n = 0;
  return {
    pull() {
      const chunk = chunks[n++];
      memory.fill(0);
      if (!chunk) return null;
      memory.set(chunk);
      return memory.subarray(0, chunk.byteLength);
    },
  };
}
