import type { AnyReader, Underlying } from '../contract.ts';

export interface Counted extends Underlying {
  pulls: number;
  bytes: number;
  reasons: unknown[];
}

/** Chunks of `size` bytes that count up, `chunks` of them, then what `end` does: the end, an error, or silence. */
export function counted(
  size: number,
  chunks: number,
  end: { error: unknown } | 'end' | 'silence' = 'end',
): Counted {
  const source: Counted = {
    pulls: 0,
    bytes: 0,
    reasons: [],
    pull() {
      if (source.pulls++ < chunks) {
        const from = source.bytes;
        source.bytes += size;
        return Uint8Array.from({ length: size }, (_, i) => (from + i) % 251);
      }
      if (end === 'silence') return new Promise<undefined>(() => {});
      if (end === 'end') return undefined;
      throw end.error;
    },
    cancel(reason) {
      source.reasons.push(reason);
    },
  };
  return source;
}

/** Every byte, in order. */
export async function drain(reader: AnyReader): Promise<number[]> {
  const all: number[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return all;
    if (value !== undefined) all.push(...value);
  }
}

/** The bytes that `counted` gives. */
export const upTo = (total: number): number[] => Array.from({ length: total }, (_, i) => i % 251);
