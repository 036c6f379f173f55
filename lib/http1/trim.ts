import { isSpace } from './chars.ts';

/** A text without the spaces and tabs around it (OWS, RFC 9110 section 5.6.3); other white space stays. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (isSpace(text.charCodeAt(start))) start++;
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
