import type { BodyCore } from '../body/body-core.ts';
import { bodyOf } from '../body/body-of.ts';
import { coreFrom } from '../body/core-from.ts';
import { cannot } from '../errors/cannot.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import type { FetchInit } from './connection.ts';
import type { FetchAPI } from './fetch-api.ts';
import { partsOf, takeBody } from './outgoing-response.ts';
import { respond } from './respond.ts';

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
  if (url.username !== '' || url.password !== '')
    throw cannot('fetch', 'its URL must have no credentials', url.host);
  let method = init.method ?? request?.method ?? 'GET';
  if (/^(CONNECT|TRACE|TRACK)$/i.test(method))
    throw cannot('fetch', 'the method must be one that a Request can have', method);
  // https://fetch.spec.whatwg.org/#concept-method-normalize
  if (NORMAL.test(method)) method = method.toUpperCase();
  const headers = new api.Headers(init.headers ?? request?.headers);
  const { body, type } = bodyFrom(init.body, request, api);
  const bodiless = method === 'GET' || method === 'HEAD';
  if (body !== null && bodiless) throw cannot('fetch', 'a request must have no body', method);
  if (type && !headers.has('content-type')) headers.set('content-type', type);
  let host = url.host;
  let declared: string | undefined;
  const fields: string[] = [];
  headers.forEach((value, name) => {
    if (name === 'host') host = value;
    else if (name === 'content-length') declared = value;
    else if (name === 'te' && value.toLowerCase() === 'trailers')
      fields.push('te', 'trailers', 'connection', 'te');
    else if (!connectionFields.has(name)) fields.push(name, value);
  });
  if (!headers.has('accept')) fields.push('accept', '*/*');
  const contentLength = body === null && /^P(OST|UT|ATCH)$/.test(method) ? 0 : body?.byteLength;
  if (declared !== undefined && contentLength !== undefined && declared !== String(contentLength))
    throw cannot('fetch', `content-length must be ${contentLength}`, declared);
  const signal = init.signal ?? request?.signal ?? undefined;
  return { method, url, fields, host, body, contentLength, signal, onInformational: init.onInformational };
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
