import { isPromise } from '../../lib/body/is-promise.ts';
import { isUint8Array } from '../../lib/bytes/is-uint8array.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { respond } from '../../lib/http/respond.ts';
import { symbolOf } from './symbol-of.ts';

/** Where Node 20 and 22 keep what a Response was made of; undefined in later ones. */
const state = /* @__PURE__ */ symbolOf(new Response(), 'state');

/**
 * A handler whose Responses, made by Node's own class of text or bytes, are sent as those. Node 20 and 22 show them as a
 * stream alone: it hides the length, and to read it costs more than all else of a small response.
 */
export function knownBody(handler: Handler): Handler {
  if (state === undefined) return handler;
  return (request, info) => {
    const response = handler(request, info);
    return isPromise(response) ? response.then(light) : light(response);
  };
}

interface State {
  readonly body?: { readonly source?: unknown } | null;
}

function light(response: Response): Response {
  const held: State | undefined = state && Object(response)[state];
  const source = held?.body?.source;
  const plain = typeof source === 'string' || isUint8Array(source);
  return plain && !response.bodyUsed && !response.body?.locked ? respond(source, response) : response;
}
