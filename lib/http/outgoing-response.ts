import { BodyCore } from '../body/body-core.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { cannot } from '../errors/cannot.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import { contentLength } from './content-length.ts';
import { partsOf } from './parts-of.ts';
import type { ResponseParts } from './respond.ts';
import { sized } from './sized.ts';
import { takeBody } from './take-body.ts';

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
    const { body: whole, contentLength: length } = sized(body, known, declared);
    if (bodiless) {
      drop(body, `A response to ${method} with status ${status} has no body`);
      // RFC 9110 section 8.6: none with 204; with HEAD and 304 it tells what a GET would have had.
      const told = status === 204 ? undefined : status === 205 ? 0 : length;
      return { status, statusText, fields, body: null, contentLength: told };
    }
    return { status, statusText, fields, body: whole, contentLength: length };
  } catch (error) {
    drop(body, 'The response can not be sent');
    throw error;
  }
}

function readFields({ headers, contentType }: ResponseParts): {
  fields: [string, string][];
  declared: number | undefined;
} {
  const fields: [string, string][] = [];
  let declared: number | undefined;
  let typed = contentType === undefined;
  const add = (name: string, value: string): void => {
    const lower = name.toLowerCase();
    // It asks for nothing, and handlers of server-sent events set it out of habit: graphql-yoga, tRPC, better-sse, h3, the AI SDK.
    if (lower === 'connection' && /^keep-alive$/i.test(value)) return;
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

function drop(body: OutgoingResponse['body'], why: string): void {
  if (body instanceof BodyCore) cancelQuietly(body, new ClosedError(undefined, why));
}
