import type { Header } from '../header.ts';

/** RFC 9113 section 8.2.1: a token without upper-case letters. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** RFC 9110 section 5.5, without white space around it. */
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;
/** RFC 9113 section 8.2.2. */
const CONNECTION_FIELDS = /^(?:connection|proxy-connection|keep-alive|transfer-encoding|upgrade)$/;

/** A field section, apart. */
export interface FieldSection {
  /** By name, with its colon. */
  readonly pseudo: Readonly<Record<string, string>>;
  /** The others, with `cookie` fields joined. */
  readonly headers: Header[];
  readonly contentLength: number | undefined;
}

/**
 * Applies the rules that all field sections share (RFC 9113 sections 8.2 and 8.3).
 * @param allowed - The pseudo-header fields that may stand in it.
 * @returns The section, or what is wrong with it.
 */
export function fieldRules(fields: Iterable<Header>, allowed: readonly string[]): FieldSection | string {
  const pseudo: Record<string, string> = {};
  const headers: Header[] = [];
  let contentLength: number | undefined;
  let cookie = -1;
  for (const field of fields) {
    const [name, value] = field;
    const wrong = (how: string): string => `Field ${JSON.stringify(name)} ${how}`;
    if (!VALUE.test(value)) return wrong('is invalid');
    if (name.charCodeAt(0) === 0x3a) {
      if (headers.length > 0 || !allowed.includes(name)) return wrong('cannot be here');
      if (pseudo[name] !== undefined) return wrong('comes twice');
      pseudo[name] = value;
      continue;
    }
    if (!NAME.test(name)) return wrong('is invalid');
    if (CONNECTION_FIELDS.test(name) || (name === 'te' && value.toLowerCase() !== 'trailers'))
      return wrong('is connection-specific');
    if (name === 'content-length') {
      if (contentLength !== undefined) return wrong('comes twice');
      contentLength = Number(value);
      if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(contentLength)) return wrong('is invalid');
    }
    // Section 8.2.3: crumbs are joined before they leave HTTP/2.
    if (name === 'cookie' && cookie >= 0) headers[cookie] = [name, `${headers[cookie]?.[1]}; ${value}`];
    else {
      if (name === 'cookie') cookie = headers.length;
      headers.push(field);
    }
  }
  return { pseudo, headers, contentLength };
}
