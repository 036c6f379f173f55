import { body as makeBody } from '../body/body.ts';
import type { BodyLike } from '../body/body-like.ts';
import type { BodyStream } from '../body/body-stream.ts';
import { coreOf } from '../body/core-of.ts';
import { tagOf } from '../bytes/tag-of.ts';
import { cannot } from '../errors/cannot.ts';
import type { BodyInput, FetchAPI } from './fetch-api.ts';
import { lightClasses } from './light-message.ts';

/** The parts of a light Response, for a driver that writes it without ever building one. */
export const responseParts: unique symbol = Symbol('sluice.responseParts');

export interface ResponseParts {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeadersInit | undefined;
  /** The type that goes with the body, for when the headers name none. */
  readonly contentType: string | undefined;
  /** Undefined once someone has opened the body: it is then read from the message. */
  readonly body: BodyLike | null | undefined;
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const nullBodyStatus = new Set([101, 204, 205, 304]);

const classFor = /* @__PURE__ */ lightClasses<
  Response,
  [BodyLike | null, string | undefined, ResponseInit, FetchAPI]
>(
  'Response',
  (Light) =>
    class LightResponse extends Light {
      readonly #from: BodyLike | null;
      readonly #type: string | undefined;
      readonly #init: Pick<ResponseParts, 'status' | 'statusText' | 'headers'>;
      readonly #api: FetchAPI;
      #headers: Headers | undefined;
      #opened = false;

      constructor(from: BodyLike | null, type: string | undefined, init: ResponseInit, api: FetchAPI) {
        super();
        const { status = 200, statusText = '', headers } = init;
        if (!Number.isInteger(status) || status < 200 || status > 599) {
          throw cannot('respond', 'status must be from 200 to 599', status, RangeError);
        }
        if (from !== null && nullBodyStatus.has(status)) {
          throw cannot('respond with a body', 'its status must have one', status);
        }
        this.#from = from;
        this.#type = type;
        // The caller may change what it gave, for the next one.
        const own = headers && (Symbol.iterator in headers ? [...headers] : { ...headers });
        this.#init = { status, statusText, headers: own };
        this.#api = api;
      }

      get status(): number {
        return this.#init.status;
      }

      get statusText(): string {
        return this.#init.statusText;
      }

      get ok(): boolean {
        return this.status < 300;
      }

      get url(): string {
        return '';
      }

      get headers(): Headers {
        if (this.#headers === undefined) {
          this.#headers = new this.#api.Headers(this.#init.headers);
          const type = this.#type;
          if (type !== undefined && !this.#headers.has('content-type'))
            this.#headers.set('content-type', type);
        }
        return this.#headers;
      }

      get [responseParts](): ResponseParts {
        const touched = this.#headers !== undefined;
        return {
          ...this.#init,
          headers: this.#headers ?? this.#init.headers,
          contentType: touched ? undefined : this.#type,
          body: this.#opened ? undefined : this.#from,
        };
      }

      override openBody(): BodyStream | null {
        this.#opened = true;
        if (this.#from === null) return null;
        // A BodyStream stays what it is: its type, its stats.
        if (coreOf(this.#from) !== undefined) return this.#from as BodyStream;
        return makeBody(this.#from, { type: 'bytes' });
      }

      override build(stream: ReadableStream<Uint8Array> | null): Response {
        const { status, statusText, headers } = this;
        return new this.#api.Response(stream, { status, statusText, headers });
      }
    },
);

/**
 * A light Response: it passes `instanceof Response`, costs next to nothing until it is touched, and keeps the length and
 * trailers of a body with any fetch classes.
 *
 * @param from The body, or null for none. Text gets `content-type: text/plain;charset=UTF-8` where no type is given.
 * @param init As for `Response`.
 * @param fetchAPI The classes to pass for and to build when needed. Default: the globals.
 * @throws RangeError for a status outside of 200 to 599, TypeError for a body with 204, 205 or 304, or one that is
 *   locked.
 * @see https://fetch.spec.whatwg.org/#response-class
 * @example
 * ```ts
 * import { respond } from 'sluice/http';
 *
 * const response = respond('hello', { headers: { 'x-a': '1' } });
 * console.log(response instanceof Response, response.status, await response.text()); // true 200 hello
 * ```
 */
export function respond(
  from: BodyLike | BodyInput | null = null,
  init: ResponseInit = {},
  fetchAPI: FetchAPI = globalThis,
): Response {
  if (Object(from).locked) throw cannot('respond', 'its body must not be locked', from);
  const tag = tagOf(from);
  // Its encoding is the runtime's to make.
  if (tag === '[object FormData]') return new fetchAPI.Response(from as FormData, init);
  const form = tag === '[object URLSearchParams]';
  const type = form ? FORM : contentType(from);
  return new (classFor(fetchAPI.Response))(
    form ? String(from) : (from as BodyLike | null),
    type,
    init,
    fetchAPI,
  );
}

function contentType(from: unknown): string | undefined {
  if (typeof from === 'string') return 'text/plain;charset=UTF-8';
  const type = typeof from === 'object' && from !== null && 'type' in from ? from.type : undefined;
  return typeof type === 'string' && type !== '' && 'arrayBuffer' in (from as object) ? type : undefined;
}
