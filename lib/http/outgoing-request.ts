import type { BodyCore } from '../body/body-core.ts';
import { bodyOf } from '../body/body-of.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { coreFrom } from '../body/core-from.ts';
import { cannot } from '../errors/cannot.ts';
import { tokens } from '../http1/tokens.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import type { FetchInit } from './connection.ts';
import type { FetchAPI } from './fetch-api.ts';
import { partsOf } from './parts-of.ts';
import { respond } from './respond.ts';
import { sized } from './sized.ts';
import { takeBody } from './take-body.ts';

/** A request as a driver sends it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case and values in turn; without host, content-length and the connection's own fields. */
  readonly fields: readonly string[];
  /** The value of Host: the caller's, else the URL's. */
  readonly host: string;
  readonly body: BodyCore | null;
  /** The body's length; 0 where a method that means to have one has none. */
  readonly contentLength: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onInformational: FetchInit['onInformational'];
  /** It is to leave HTTP: for this protocol, or by a CONNECT. */
  readonly tunnel?: { readonly protocol: string | undefined };
}

const NORMAL = /^(DELETE|GET|HEAD|OPTIONS|POST|PUT)$/i;

/**
 * What goes out for the arguments of a `fetch`.
 *
 * @throws TypeError for what can be no request.
 */
export function outgoingRequest(
  input: Request | URL | string,
  init: FetchInit,
  origin: string,
  api: FetchAPI,
): OutgoingRequest {
  const request = typeof input === 'object' && 'headers' in input ? input : undefined;
  const url = new URL(request?.url ?? (input as URL | string), origin);
  if (!/^https?:$/.test(url.protocol)) throw cannot('fetch', 'its URL must be http: or https:', url.protocol);
  if (url.username !== '' || url.password !== '')
    throw cannot('fetch', 'its URL must have no credentials', url.host);
  let method = init.method ?? request?.method ?? 'GET';
  if (/^(CONNECT|TRACE|TRACK)$/i.test(method))
    throw cannot('fetch', 'the method must be one that a Request can have', method);
  // https://fetch.spec.whatwg.org/#concept-method-normalize
  if (NORMAL.test(method)) method = method.toUpperCase();
  const headers = new api.Headers(init.headers ?? request?.headers);
  const { body: given, type } = bodyFrom(init.body, request, api);
  if (type && !headers.has('content-type')) headers.set('content-type', type);
  // RFC 9110 section 7.6.1: a proxy does not pass these on.
  const named = tokens(headers.get('connection'));
  let host = url.host;
  let declared: string | undefined;
  const fields: string[] = [];
  headers.forEach((value, name) => {
    if (name === 'host') host = value;
    else if (name === 'content-length') declared = value;
    else if (name === 'te' && value.toLowerCase() === 'trailers')
      fields.push('te', 'trailers', 'connection', 'te');
    else if (!connectionFields.has(name) && !named.includes(name)) fields.push(name, value);
  });
  if (!headers.has('accept')) fields.push('accept', '*/*');
  const { body, contentLength } = withLength(given, method, declared);
  const signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined;
  return { method, url, fields, host, body, contentLength, signal, onInformational: init.onInformational };
}

/** The body with its length. One that can't be sent is cancelled. */
function withLength(
  body: BodyCore | null,
  method: string,
  declared: string | undefined,
): Pick<OutgoingRequest, 'body' | 'contentLength'> {
  const known = body === null && /^P(OST|UT|ATCH)$/.test(method) ? 0 : body?.byteLength;
  if (body === null && known === undefined) return { body, contentLength: undefined };
  try {
    if (method === 'GET' || method === 'HEAD') throw cannot('fetch', 'a request must have no body', method);
    return sized(body, known, declared);
  } catch (error) {
    if (body) cancelQuietly(body, error);
    throw error;
  }
}

/** The body, and the type that goes with it where the headers name none. */
function bodyFrom(
  from: FetchInit['body'],
  request: Request | undefined,
  api: FetchAPI,
): { body: BodyCore | null; type?: string | null | undefined } {
  if (from !== undefined && from !== null) {
    const message = respond(from, {}, api);
    const { body, contentType, headers } = partsOf(message);
    const taken = takeBody(message, body);
    return {
      body: taken && coreFrom(taken),
      type: contentType ?? new api.Headers(headers).get('content-type'),
    };
  }
  // Firefox has no `Request.body`; one of these methods never has a body.
  const own = from === undefined && request && request.body !== null && !/^(GET|HEAD)$/.test(request.method);
  return { body: own ? coreFrom(bodyOf(request)) : null };
}
