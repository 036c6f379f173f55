import type { BodyCore } from '../body/body-core.ts';
import type { BodyLike } from '../body/body-like.ts';
import { bodyOf } from '../body/body-of.ts';
import { coreFrom } from '../body/core-from.ts';
import type { FetchInit } from './connection.ts';
import { connectionFields } from './connection-fields.ts';
import type { FetchAPI } from './fetch-api.ts';

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

// https://fetch.spec.whatwg.org/#concept-method-normalize
const normalised = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

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
  if (url.username !== '' || url.password !== '') throw refusal('its URL', 'have no credentials', url.host);
  const method = methodOf(init.method ?? request?.method ?? 'GET');
  const headers = new api.Headers(init.headers ?? request?.headers);
  const { body, type } = bodyFrom(init, request, api);
  if (body !== null && (method === 'GET' || method === 'HEAD'))
    throw refusal('a request', 'have no body', method);
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type);
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
  const known = body?.byteLength;
  const contentLength =
    known ?? (body === null && (method === 'POST' || method === 'PUT' || method === 'PATCH') ? 0 : undefined);
  if (declared !== undefined && contentLength !== undefined && declared !== String(contentLength))
    throw refusal('content-length', `be ${contentLength}`, declared);
  const signal = init.signal ?? request?.signal ?? undefined;
  return { method, url, fields, host, body, contentLength, signal, onInformational: init.onInformational };
}

function methodOf(method: string): string {
  const upper = method.toUpperCase();
  if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK')
    throw refusal('the method', 'be one that a Request can have', method);
  return normalised.has(upper) ? upper : method;
}

function bodyFrom(
  init: FetchInit,
  request: Request | undefined,
  api: FetchAPI,
): { body: BodyCore | null; type: string | undefined } {
  const from = init.body;
  if (from === undefined || from === null) {
    // Firefox has no `Request.body`; one of these methods never has a body.
    const own =
      from === undefined && request && request.body !== null && !/^(GET|HEAD)$/.test(request.method);
    return { body: own ? coreFrom(bodyOf(request)) : null, type: undefined };
  }
  if (typeof from === 'string') return { body: coreFrom(from), type: 'text/plain;charset=UTF-8' };
  const tag = Object.prototype.toString.call(from);
  if (tag === '[object URLSearchParams]')
    return { body: coreFrom(String(from)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  if (tag === '[object FormData]') {
    const encoded = new api.Response(from as FormData);
    return { body: coreFrom(bodyOf(encoded)), type: encoded.headers.get('content-type') ?? undefined };
  }
  const type = tag === '[object Blob]' || tag === '[object File]' ? (from as Blob).type : '';
  return { body: coreFrom(from as BodyLike), type: type === '' ? undefined : type };
}

function refusal(what: string, must: string, value: string): TypeError {
  return new TypeError(`Cannot fetch as ${what} must ${must}: received ${value}`);
}
