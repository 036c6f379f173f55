import type { FlatFields } from './fields.ts';

/** The same fields with their names in lower case. */
export function lowerNames(fields: FlatFields): FlatFields {
  return fields.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
}
