/** Fields as they came or as they go: names and values in turn, in order. Received names are in lower case. */
export type FlatFields = readonly string[];

/** Every value of one field (its name in lower case), in order. */
export function fieldValues(fields: FlatFields, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === name) values.push(fields[i + 1] ?? '');
  }
  return values;
}
