import { TOKEN } from '../bytes/token.ts';
import { cannot } from '../errors/cannot.ts';
import { VALUE } from './chars.ts';
import type { FlatFields } from './fields.ts';

/** @throws TypeError where `text`, quoted in the message, is not there or not of the form. @internal */
export function assertText(form: RegExp, text: string | undefined, what: string, must: string): void {
  if (text === undefined || !form.test(text))
    throw cannot(`write a ${what}`, `it must be ${must}`, JSON.stringify(text));
}

/** @throws TypeError where `text` is no token (RFC 9110 section 5.6.2). */
export function assertToken(text: string | undefined, what: string): void {
  assertText(TOKEN, text, what, 'a token');
}

/** @throws TypeError where `text` has a CR, LF, NUL or other control, or a character above U+00FF (RFC 9110 section 5.5). */
export function assertValue(text: string | undefined, what: string): void {
  assertText(VALUE, text, what, 'printable and Latin-1');
}

/** A first line, field lines and the empty line after them, as text. @throws TypeError where a name has no value, or for what is no field. @internal */
export function section(line: string, fields: FlatFields): string {
  let text = `${line}\r\n`;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    assertToken(name, 'field name');
    assertValue(value, `field value (${name})`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
