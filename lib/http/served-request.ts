import type { BodyOptions } from '../body/body-options.ts';
import type { BodySource } from '../body/body-source.ts';
import { BodyStream } from '../body/body-stream.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';
import { longest } from '../operators/timer.ts';
import type { FetchAPI } from './fetch-api.ts';
import { hostOf } from './host-of.ts';
import type { RequestParts } from './light-request.ts';
import type { ServerSettings } from './server-settings.ts';

/** Where a request is for. */
export interface Target {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  /** Path and query; `*` for the asterisk-form, empty for a tunnel. */
  readonly path: string;
}

/** The body of a request that is being received. */
export interface IncomingBody extends BodySource {
  /** Every byte was received. */
  readonly ended: boolean;
  /** Ends it early. `broken`: what follows can not be received either. */
  fail(reason: unknown, broken?: boolean): void;
}

/** Paths that a URL leaves as they are: no dot segments, nothing to escape. */
const PLAIN = /^(?:\/(?!\.|%2e)[\w~!$&()*+,;=:@%.-]*)+(?:\?[\w~!$&()*+,;=:@%./?-]*)?$/i;

/** The request of an exchange: what its Request asks for, made when it does. */
export abstract class ServedRequest implements RequestParts {
  /** What is received of it; null when it has no body. */
  abstract readonly incoming: IncomingBody | null;
  /** What the client was lost with. */
  lost: { readonly reason: unknown } | undefined;
  protected readonly target: Target;
  protected readonly settings: ServerSettings;
  protected stream: BodyStream | undefined;
  /** Its body came too slowly. */
  protected late: BodyTimeoutError | undefined;
  /** How long the client was waited for, in ms. */
  #waited = 0;
  #controller: AbortController | undefined;

  constructor(target: Target, settings: ServerSettings) {
    this.target = target;
    this.settings = settings;
  }

  protected abstract readHeaders(headers: Headers): Headers;

  /** How its body is read. */
  protected bodyOptions(): BodyOptions {
    return { highWaterMark: this.settings.highWaterMark };
  }

  get method(): string {
    return this.target.method;
  }

  url(): string {
    const { scheme, authority, path } = this.target;
    const root = `${scheme}://${hostOf(scheme, authority)}`;
    if (path === '*' || path === '') return `${root}/`;
    if (PLAIN.test(path)) return root + path;
    const url = new URL(root + path);
    url.hash = '';
    return url.href;
  }

  headers(Headers: FetchAPI['Headers']): Headers {
    return this.readHeaders(new Headers());
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.lost) this.#controller.abort(this.lost.reason);
    }
    return this.#controller.signal;
  }

  /** Null for GET and HEAD too, whose Request can't have one, and for a tunnel, whose bytes are no content. */
  body(): BodyStream | null {
    const { method, incoming } = this;
    if (!incoming || method === 'GET' || method === 'HEAD' || method === 'CONNECT') return null;
    this.stream ??= new BodyStream(incoming, { type: 'bytes', ...this.bodyOptions() });
    return this.stream;
  }

  /**
   * The client is waited for, from now until what is returned is called; `minRate` bounds it. Precedent: Apache's
   * `RequestReadTimeout body=20,MinRate=500`. Only time in which the client is waited for counts, and a tunnel's bytes are no body.
   */
  wait(received: number): (() => void) | undefined {
    const { clock, headersTimeout, minRate } = this.settings;
    if (minRate === undefined || this.method === 'CONNECT') return undefined;
    const grace = headersTimeout + (received / minRate) * 1000;
    const began = clock.now();
    const late = (): void => {
      this.late = new BodyTimeoutError('ERR_DEADLINE', Math.round(grace));
      this.incoming?.fail(this.late, true);
    };
    const timer = clock.setTimeout(late, Math.min(longest, grace - this.#waited));
    return () => {
      this.#waited += clock.now() - began;
      clock.clearTimeout(timer);
    };
  }

  /** The client is gone: its signal and its body hear of it at once. */
  protected loseRequest(reason: unknown): void {
    this.lost = { reason };
    this.#controller?.abort(reason);
    this.incoming?.fail(reason);
  }
}
