import type { FlatFields } from '../http1/fields.ts';

/** Names and values in turn, as pairs. */
export function pairsOf(fields: FlatFields): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i] ?? '', fields[i + 1] ?? '']);
  return pairs;
}
