import { isSpace } from './chars.ts';

/** A text, or a part of one, without the spaces and tabs around it (OWS, RFC 9110 section 5.6.3); other white space stays. */
export function trim(text: string, from = 0, to: number = text.length): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
