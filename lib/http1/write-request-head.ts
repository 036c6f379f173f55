import { TARGET } from './chars.ts';
import { encodeLatin1 } from './encode-latin1.ts';
import { assertText, assertToken, section } from './field-writer.ts';
import type { FlatFields } from './fields.ts';

export interface RequestHeadInit {
  readonly method: string;
  readonly target: string;
  readonly headers: FlatFields;
  /** Default '1.1'. */
  readonly version?: '1.0' | '1.1';
}

/**
 * Writes a request's head (RFC 9112 sections 3 and 5). It adds no field: Host and framing are the caller's.
 *
 * @returns The bytes, with the empty line.
 * @throws TypeError where the method or a name is no token, the target is not visible ASCII, or a value has a control
 * character (CR, LF, NUL ...) or one above U+00FF.
 *
 * @example
 * writeRequestHead({ method: 'GET', target: '/', headers: ['host', 'example.com'] });
 */
export function writeRequestHead(head: RequestHeadInit): Uint8Array {
  assertToken(head.method, 'method');
  assertText(TARGET, head.target, 'request-target', 'visible ASCII');
  return encodeLatin1(section(`${head.method} ${head.target} HTTP/${head.version ?? '1.1'}`, head.headers));
}
