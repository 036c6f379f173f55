import { cannot } from '../errors/cannot.ts';
import { encodeLatin1 } from './encode-latin1.ts';
import { assertValue, section } from './field-writer.ts';
import type { FlatFields } from './fields.ts';
import { REASONS } from './reasons.ts';

export interface ResponseHeadInit {
  /** 100 to 999. */
  readonly status: number;
  readonly headers: FlatFields;
  /** Default: the registered phrase, or none. */
  readonly reason?: string;
  /** Default '1.1'. */
  readonly version?: '1.0' | '1.1';
}

/**
 * Writes a response's head (RFC 9112 sections 4 and 5), interim ones too. It adds no field: Date and framing are the caller's.
 *
 * @returns The bytes, with the empty line.
 * @throws RangeError where the status is not an integer from 100 to 999; TypeError where a name is no token, or a value or
 * the reason has a control character (CR, LF, NUL ...) or one above U+00FF.
 *
 * @example
 * writeResponseHead({ status: 200, headers: ['content-length', '0'] });
 */
export function writeResponseHead(head: ResponseHeadInit): Uint8Array {
  return encodeLatin1(responseHeadText(head));
}

/** The same as text, one character to one byte, for a driver that has memory to put it in. @throws RangeError, TypeError @internal */
export function responseHeadText(head: ResponseHeadInit): string {
  const { status } = head;
  if (!Number.isInteger(status) || status < 100 || status > 999)
    throw cannot('write a status', 'it must be from 100 to 999', status, RangeError);
  const reason = head.reason ?? REASONS[status] ?? '';
  assertValue(reason, 'reason phrase');
  return section(`HTTP/${head.version ?? '1.1'} ${status} ${reason}`, head.headers);
}
