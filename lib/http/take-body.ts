import type { BodyCore } from '../body/body-core.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { coreFrom } from '../body/core-from.ts';
import { keptBody } from '../body/message-body.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { utf8 } from '../bytes/utf8.ts';
import { cannot } from '../errors/cannot.ts';
import type { ResponseParts } from './respond.ts';

/** Messages whose bodies were sent: most can't be a second time. */
const taken = new WeakSet<object>();

/** The body of a message, for us alone. @throws TypeError when it was used. */
export function takeBody(response: Response, from: ResponseParts['body']): Uint8Array | BodyCore | null {
  if (typeof from === 'string') return utf8(from);
  if (from === null || isUint8Array(from)) return from;
  // As `bodyOf`, but for the stream that nobody reads; a declared length is checked with the fields.
  const kept = from === undefined ? keptBody(response) : from;
  const stream = kept === undefined ? response.body : kept;
  if (stream === null) return null;
  const used = taken.has(response) || response.bodyUsed;
  const core = coreFrom(stream);
  const { state, byteLength, counts } = core;
  // What is left of one that was read would pass for all of it.
  const over =
    state === 'ended' || state === 'cancelled' || (byteLength !== undefined && counts.delivered > 0);
  if (used || over) {
    const error = cannot('send a message', 'its body must not be used', response);
    cancelQuietly(core, error);
    throw error;
  }
  taken.add(response);
  return core;
}
