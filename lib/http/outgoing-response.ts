import { BodyCore } from '../body/body-core.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { coreFrom } from '../body/core-from.ts';
import { keptBody } from '../body/message-body.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { utf8 } from '../bytes/utf8.ts';
import { cannot } from '../errors/cannot.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import { type ResponseParts, responseParts } from './respond.ts';

/** A response as a driver sends it. */
export interface OutgoingResponse {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case; without content-length. */
  readonly fields: readonly (readonly [string, string])[];
  /** What to send: bytes that are there, a body to pull, or nothing. */
  readonly body: Uint8Array | BodyCore | null;
  /** The value of content-length, where there is to be one: for HEAD and 304 too, which send no body. */
  readonly contentLength: number | undefined;
}

/**
 * What goes out for a handler's response. A body that will not be sent (RFC 9110 section 6.4.1) is cancelled, never
 * pulled.
 *
 * @throws TypeError when it is no response, or has fields that are the connection's, or a length that is not its body's.
 */
export function outgoingResponse(response: Response, method: string): OutgoingResponse {
  if (!(response?.status >= 200)) throw cannot('answer', 'the handler must return a Response', response);
  const parts = partsOf(response);
  const { status, statusText } = parts;
  const body = takeBody(response, parts.body);
  try {
    // RFC 9112 section 4: reason-phrase.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText))
      throw cannot('answer', 'statusText must be a reason phrase', statusText);
    const { fields, declared } = readFields(parts);
    const bodiless = method === 'HEAD' || status === 204 || status === 205 || status === 304;
    const known = body === null && !bodiless ? 0 : body?.byteLength;
    if (declared !== undefined) contentLength(String(declared), known);
    if (bodiless) {
      drop(body, `A response to ${method} with status ${status} has no body`);
      // RFC 9110 section 8.6: none with 204; with HEAD and 304 it tells what a GET would have had.
      const contentLength = status === 204 ? undefined : status === 205 ? 0 : (declared ?? known);
      return { status, statusText, fields, body: null, contentLength };
    }
    const unchecked = declared !== undefined && known === undefined && body instanceof BodyCore;
    return {
      status,
      statusText,
      fields,
      body: unchecked ? new BodyCore(body, { byteLength: declared }) : body,
      contentLength: declared ?? known,
    };
  } catch (error) {
    drop(body, 'The response can not be sent');
    throw error;
  }
}

/** Its parts; a light one's without touching it. */
export function partsOf(response: Response): ResponseParts {
  const light = (response as Partial<{ readonly [responseParts]: ResponseParts }>)[responseParts];
  if (light !== undefined) return light;
  const { status, statusText, headers } = response;
  return { status, statusText, headers, contentType: undefined, body: undefined };
}

/** Its body, for us alone. */
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

/** Messages whose bodies were sent: most can't be a second time. */
const taken = new WeakSet<object>();

function readFields({ headers, contentType }: ResponseParts): {
  fields: [string, string][];
  declared: number | undefined;
} {
  const fields: [string, string][] = [];
  let declared: number | undefined;
  let typed = contentType === undefined;
  const add = (name: string, value: string): void => {
    const lower = name.toLowerCase();
    if (connectionFields.has(lower)) throw cannot('answer', `${lower} must be left to the connection`, value);
    if (lower === 'content-length') declared = contentLength(value, declared);
    else fields.push([lower, value]);
    if (lower === 'content-type') typed = true;
  };
  const pairs = headers && Symbol.iterator in headers ? headers : Object.entries(headers ?? {});
  for (const [name = '', value = ''] of pairs) add(name, String(value));
  if (!typed && contentType !== undefined) fields.push(['content-type', contentType]);
  return { fields, declared };
}

/** The value of content-length, once. @throws TypeError */
export function contentLength(value: string, before?: number): number {
  const length = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(length) || (before !== undefined && before !== length))
    throw cannot('send a message', `its content-length must be ${before ?? 'one count of bytes'}`, value);
  return length;
}

function drop(body: OutgoingResponse['body'], why: string): void {
  if (body instanceof BodyCore) cancelQuietly(body, new ClosedError(undefined, why));
}
