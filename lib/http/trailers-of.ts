import { coreOf } from '../body/core-of.ts';
import { keptBody } from '../body/message-body.ts';

/**
 * The trailer fields of a Request or Response that came over a connection of Sluice, or that carries a BodyStream. They
 * fulfil once the body was read to its end; a message without a body, a clone, and one that Sluice does not know have none.
 *
 * @returns Rejects with what the body fails with. Never unhandled.
 * @see RFC 9110 section 6.5
 * @example
 * ```ts
 * import { body, bodyOf, bytes } from 'sluice';
 * import { respond, trailersOf } from 'sluice/http';
 *
 * const response = respond(body('abc', { trailers: new Headers({ 'x-sum': '6' }) }));
 * await bytes(bodyOf(response));
 * console.log((await trailersOf(response)).get('x-sum')); // 6
 * ```
 */
export function trailersOf(message: Request | Response): Promise<Headers> {
  const kept = keptBody(message);
  const core = coreOf(kept === undefined ? message.body : kept);
  return core === undefined ? Promise.resolve(new Headers()) : core.readTrailers();
}
