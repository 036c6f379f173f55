import type { FlatFields } from './fields.ts';

const DECISIVE = ['connection', 'content-length', 'expect', 'host', 'transfer-encoding', 'upgrade'] as const;

/**
 * The fields that decide how a connection goes on. Several lines are joined with commas, which makes a list of a list and something
 * invalid of what may come once only.
 */
export type FieldFacts = { [Name in (typeof DECISIVE)[number]]?: string };

/** Reads the facts in one pass. */
export function fieldFacts(fields: FlatFields): FieldFacts {
  const facts: FieldFacts = {};
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as keyof FieldFacts;
    if (!DECISIVE.includes(name)) continue;
    const value = fields[i + 1] ?? '';
    const before = facts[name];
    facts[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return facts;
}
