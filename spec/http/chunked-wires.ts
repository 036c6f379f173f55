import { iterate } from '../../lib/mod.ts';

export const toBytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
export const toText = (chunk: Uint8Array) => Buffer.from(chunk).toString('latin1');

/** A wire that gives these pieces, one a pull, and counts. */
export function wireOf(pieces: readonly string[], async = false) {
  let at = 0;
  const wire = {
    pulls: 0,
    cancels: [] as unknown[],
    pull(): Uint8Array | null | Promise<Uint8Array | null> {
      wire.pulls++;
      const piece = pieces[at++];
      const chunk = piece === undefined ? null : toBytes(piece);
      return async ? Promise.resolve(chunk) : chunk;
    },
    cancel(reason: unknown) {
      wire.cancels.push(reason);
    },
  };
  return wire;
}

/** Whole, byte by byte, and in two at every boundary. */
export function cuts(text: string): string[][] {
  const halves = Array.from({ length: text.length - 1 }, (_, i) => [text.slice(0, i + 1), text.slice(i + 1)]);
  return [[text], [...text], ...halves];
}

/** All that comes of a stream, and what it fails with. */
export async function drain(stream: ReadableStream<Uint8Array>): Promise<{ text: string; error?: unknown }> {
  let text = '';
  try {
    for await (const chunk of iterate(stream)) text += toText(chunk);
    return { text };
  } catch (error) {
    return { text, error };
  }
}
