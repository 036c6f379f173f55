import type { BodyStream } from '../body/body-stream.ts';
import type { FetchAPI } from './fetch-api.ts';
import { lightClasses } from './light-message.ts';

/** What a server knows of a request. Everything that costs something is asked for when it is needed. */
export interface RequestParts {
  readonly method: string;
  url(): string;
  headers(Headers: FetchAPI['Headers']): Headers;
  body(): BodyStream | null;
  signal(): AbortSignal;
}

const classFor = /* @__PURE__ */ lightClasses<Request, [RequestParts, FetchAPI]>(
  'Request',
  (Light) =>
    class LightRequest extends Light {
      readonly #parts: RequestParts;
      readonly #api: FetchAPI;
      #headers: Headers | undefined;
      #url: string | undefined;

      constructor(parts: RequestParts, api: FetchAPI) {
        super();
        this.#parts = parts;
        this.#api = api;
      }

      get method(): string {
        return this.#parts.method;
      }

      get url(): string {
        this.#url ??= this.#parts.url();
        return this.#url;
      }

      get headers(): Headers {
        this.#headers ??= this.#parts.headers(this.#api.Headers);
        return this.#headers;
      }

      get signal(): AbortSignal {
        return this.#parts.signal();
      }

      get duplex(): 'half' {
        return 'half';
      }

      override openBody(): BodyStream | null {
        return this.#parts.body();
      }

      override build(body: ReadableStream<Uint8Array> | null): Request {
        const { method, headers, signal } = this;
        const init = { method, headers, signal, ...(body === null ? {} : { body, duplex: 'half' }) };
        return new this.#api.Request(this.url, init as RequestInit);
      }
    },
);

/**
 * A Request that is cheap until it is used: it passes `instanceof Request`, and builds the runtime's own only for what
 * needs one (`clone()`, `formData()`, `blob()`, `cache` and their like).
 */
export function lightRequest(parts: RequestParts, api: FetchAPI): Request {
  return new (classFor(api.Request))(parts, api);
}
