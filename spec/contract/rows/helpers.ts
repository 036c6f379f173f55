import type { BodySource } from '../../../lib/mod.ts';
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
        const chunk = new Uint8Array(size);
        for (let i = 0; i < size; i++) chunk[i] = (from + i) % 251;
        return chunk;
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

/** Reads to the end, and gives the bytes read; they must be those that {@link counted} gives. */
export async function check(reader: AnyReader): Promise<number> {
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return at;
    for (const byte of value ?? [])
      if (byte !== at++ % 251) throw new Error(`byte ${at - 1} is ${byte} and not ${(at - 1) % 251}`);
  }
}

/** The bytes that `counted` gives. */
export const upTo = (total: number): number[] => Array.from({ length: total }, (_, i) => i % 251);

/** A promise, and what settles it. */
export function deferred<T = void>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A source of the library, over {@link counted}, that tells when it is cancelled. */
export function watched(from: Counted): BodySource & { readonly cancelled: Promise<unknown> } {
  const { promise, resolve } = deferred<unknown>();
  return {
    pull: async () => (await from.pull()) ?? null,
    cancel(reason) {
      from.cancel?.(reason);
      resolve(reason);
    },
    cancelled: promise,
  };
}

/** Bytes read until it ends or fails, and what it failed with. */
export async function readAll(reader: AnyReader): Promise<{ bytes: number; error?: unknown }> {
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes };
      bytes += value?.byteLength ?? 0;
    }
  } catch (error) {
    return { bytes, error };
  }
}
