import type { BodyStream } from '../body/body-stream.ts';
import type { FetchAPI } from './fetch-api.ts';
import { LightMessage, lightClass } from './light-message.ts';

/** What a server knows of a request. Everything that costs something is asked for when it is needed. */
export interface RequestParts {
  readonly method: string;
  url(): string;
  headers(Headers: FetchAPI['Headers']): Headers;
  body(): BodyStream | null;
  signal(): AbortSignal;
}

const forwarded = [
  'cache',
  'credentials',
  'destination',
  'integrity',
  'isHistoryNavigation',
  'isReloadNavigation',
  'keepalive',
  'mode',
  'redirect',
  'referrer',
  'referrerPolicy',
] as const;

class LightRequest extends LightMessage<Request> {
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

  clone(): Request {
    return this.real.clone();
  }

  protected openBody(): BodyStream | null {
    return this.#parts.body();
  }

  protected build(body: BodyStream | null): Request {
    const { method, headers, signal } = this;
    const init = { method, headers, signal, ...(body === null ? {} : { body, duplex: 'half' }) };
    return new this.#api.Request(this.url, init as RequestInit);
  }
}

/**
 * A Request that is cheap until it is used: it passes `instanceof Request`, and builds the runtime's own only for what
 * needs one (`clone()`, `formData()`, `blob()`, `cache` and their like).
 */
export function lightRequest(parts: RequestParts, api: FetchAPI): Request {
  const Light = lightClass(LightRequest, api.Request, forwarded);
  return new Light(parts, api) as unknown as Request;
}
