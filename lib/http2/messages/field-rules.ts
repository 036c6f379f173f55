import { TOKEN } from '../../bytes/token.ts';
import { failStream } from '../fail-stream.ts';
import type { Header } from '../header.ts';
import { connectionFields } from './connection-fields.ts';

/** RFC 9110 section 5.5, without white space around it. */
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

/** A field section, apart. */
export interface FieldSection {
  /** The values of the pseudo-header fields, in the order of those that are allowed. */
  readonly pseudo: readonly (string | undefined)[];
  /** The others, with `cookie` fields joined. */
  readonly headers: Header[];
  readonly contentLength: number | undefined;
}

/**
 * Applies the rules that all field sections share (RFC 9113 sections 8.2 and 8.3).
 * @param allowed - The pseudo-header fields that may stand in it.
 * @throws {ProtocolError} `ERR_PROTOCOL`, scope stream: PROTOCOL_ERROR.
 */
export function fieldRules(fields: Iterable<Header>, ...allowed: readonly string[]): FieldSection {
  const pseudo: (string | undefined)[] = [];
  const headers: Header[] = [];
  let contentLength: number | undefined;
  let cookie = -1;
  for (const field of fields) {
    const [name, value] = field;
    const own = name[0] === ':';
    let valid = VALUE.test(value);
    if (own) {
      const place = allowed.indexOf(name);
      // None may be empty.
      valid &&= headers.length === 0 && value !== '' && place >= 0 && pseudo[place] === undefined;
      pseudo[place] = value;
    } else if (name === 'content-length') {
      valid = /^[0-9]+$/.test(value) && contentLength === undefined;
      contentLength = Number(value);
      valid &&= Number.isSafeInteger(contentLength);
    } else if (name === 'te') valid &&= value.toLowerCase() === 'trailers';
    else valid &&= TOKEN.test(name) && name === name.toLowerCase() && !connectionFields.has(name);
    if (!valid) failStream(`Field ${JSON.stringify(name)} is invalid, or cannot be here`);
    // Section 8.2.3: crumbs are joined before they leave HTTP/2.
    if (name === 'cookie' && cookie >= 0) headers[cookie] = [name, `${headers[cookie]?.[1]}; ${value}`];
    else if (!own) {
      headers.push(field);
      if (name === 'cookie') cookie = headers.length - 1;
    }
  }
  return { pseudo, headers, contentLength };
}
