import { assertToken, assertValue } from '../http1/field-writer.ts';

/**
 * Fields as a record, those of one name as a list, for who writes them without looking: node:http2 sends a CR and LF, and
 * node:http has set the fields before the one that it refuses.
 *
 * @param fields Names in lower case.
 * @throws TypeError for what is no field (RFC 9110 section 5).
 */
export function fieldRecord(
  fields: readonly (readonly [string, string])[],
): Record<string, string | string[]> {
  // A field may have the name of what every object has.
  const record: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of fields) {
    assertToken(name, 'field name');
    assertValue(value, `field value (${name})`);
    const before = record[name];
    record[name] = before === undefined ? value : [before, value].flat();
  }
  return record;
}
