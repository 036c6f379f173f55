import { BodyCore } from '../body/body-core.ts';
import type { BodyStats } from '../body/body-stats.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { isPromise } from '../body/is-promise.ts';
import { cannot } from '../errors/cannot.ts';
import { ClosedError } from '../errors/closed-error.ts';
import { connectionFields } from '../http2/messages/connection-fields.ts';
import { ExchangeInfo, type ExchangeLike } from './exchange-info.ts';
import type { Handler } from './handler.ts';
import { hostOf } from './host-of.ts';
import { lightRequest } from './light-request.ts';
import { type OutgoingResponse, outgoingResponse } from './outgoing-response.ts';
import type { BodyHooks } from './received-body.ts';
import { respond } from './respond.ts';
import type { Upgrade, UpgradeHandler } from './serve-options.ts';
import { ServedRequest, type Target } from './served-request.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Transport } from './transport.ts';

/** What the exchanges of one connection share. */
export interface Serving {
  readonly io: Pick<Transport, 'info'>;
  readonly settings: ServerSettings;
  readonly handler: Handler;
}

/** One request of a served connection and its response, whatever the protocol. */
export abstract class Exchange extends ServedRequest implements ExchangeLike, BodyHooks {
  /** It left HTTP. */
  taken = false;
  /** What the client gets of the response was written, or cut off. */
  protected done = false;
  protected headSent = false;
  /** The client waits for 100 (Continue) before it sends the body. */
  protected expectsContinue = false;
  /** The body of the response. */
  protected core: BodyCore | undefined;
  protected readonly info: ExchangeInfo;
  readonly #handler: Handler;
  #request: Request | undefined;

  constructor({ io, settings, handler }: Serving, protocol: 'http/1.1' | 'h2', target: Target) {
    super(target, settings);
    this.#handler = handler;
    this.info = new ExchangeInfo(this, io, protocol, target.path);
  }

  get bodies(): { readonly request: BodyStats | undefined; readonly response: BodyStats | undefined } {
    return { request: this.stream?.stats, response: this.core?.stats };
  }

  /** Sends a response, or throws before anything of it was sent. */
  protected abstract send(outgoing: OutgoingResponse): void;

  /** Sends an interim response. */
  protected abstract interim(status: number, fields: readonly (readonly [string, string])[]): void;

  /** Gives the connection, or its stream, away. */
  protected open?(upgrade: Upgrade): void | Promise<void>;

  /** The body failed after the head: what was sent must not look finished. */
  abstract cut(reason: unknown): void;

  /** The client is gone: what is the protocol's own to do. */
  protected abstract onLost(): void;

  /** The handler's answer is waited for, or no more. */
  protected onWait?(waiting: boolean): void;

  /** Nobody will read the rest of the request. */
  protected abstract abandon(): void;

  /** What a handler's failure is answered with. */
  protected statusFor(error: unknown): number {
    return this.late !== undefined && error === this.late ? 408 : 500;
  }

  /** The handler reads the body (RFC 9110 section 10.1.1). */
  begin(over = false): void {
    if (over || !this.expectsContinue || this.headSent || this.lost) return;
    this.expectsContinue = false;
    this.interim(100, []);
  }

  /** What a reader gets that is still there when the exchange is over. */
  protected get why(): unknown {
    const message = 'The response was complete before the body was read';
    return this.lost ? this.lost.reason : new ClosedError(undefined, message);
  }

  /** Lets the handler answer it, or whoever decides on tunnels and upgrades. */
  protected start(decider?: UpgradeHandler): void {
    const { method, scheme, authority } = this.target;
    if ((scheme !== 'http' && scheme !== 'https') || hostOf(scheme, authority) === null)
      return this.refuse(400);
    // RFC 9110 section 7.4. An HTTP/2 client may be a proxy that tells of its own client.
    const { protocol, encrypted } = this.info;
    if (scheme === 'https' && protocol === 'http/1.1' && !encrypted) return this.refuse(421);
    if (method === 'TRACE' || method === 'TRACK') return this.refuse(501);
    const request = lightRequest(this, this.settings.fetchAPI);
    this.#request = request;
    if (method === 'CONNECT' || decider) this.#handle(() => this.#decide(request, decider));
    else this.#handle(() => this.#handler(request, this.info));
  }

  /** The client is gone: everyone hears of it at once, with one reason. */
  lose(reason: unknown): void {
    if (this.done) return;
    this.done = true;
    this.loseRequest(reason);
    if (this.core) cancelQuietly(this.core, reason);
    this.info.settle({ reason });
    this.onLost();
  }

  // What the HandlerInfo asks for.

  get native(): unknown {
    return this.settings.native;
  }

  report(error: unknown): void {
    this.settings.report(error, this.#request);
  }

  inform(status: number, init: HeadersInit | undefined): void {
    // A proxy passes it on: once, and to who waits for it.
    if (status === 100) return this.begin();
    if (!Number.isInteger(status) || status < 102 || status > 199)
      throw cannot('inform', 'status must be 100, or from 102 to 199', status, RangeError);
    const fields = this.pairs(init);
    // RFC 9112 section 6.1, RFC 9110 section 8.6.
    for (const [name, value] of fields)
      if (connectionFields.has(name) || name === 'content-length')
        throw cannot('inform', `${name} must be left out`, value);
    if (!this.headSent && !this.lost) this.interim(status, fields);
  }

  /** The response was written. */
  protected succeed(): boolean {
    if (this.done) return false;
    this.done = true;
    this.info.settle(null);
    return true;
  }

  /** A response without a body, of our own. */
  protected refuse(status: number): void {
    if (!this.lost) this.send({ status, statusText: '', fields: [], body: null, contentLength: 0 });
  }

  /** The handler failed, or what it gave can not be sent. */
  protected failed(error: unknown): void {
    this.report(error);
    this.info.settle({ reason: error });
    if (this.done) this.abandon();
    else if (this.headSent) this.cut(error);
    else this.refuse(this.statusFor(error));
    // Only now: whoever sends it would take a cancelled body for one that has ended.
    if (this.core) cancelQuietly(this.core, error);
  }

  protected pairs(init: HeadersInit | undefined): [string, string][] {
    return [...new this.settings.fetchAPI.Headers(init)];
  }

  /** @param answer Gives undefined when it has answered itself. */
  #handle(answer: () => Response | Promise<Response | undefined>): void {
    let response: Response | Promise<Response | undefined>;
    try {
      response = answer();
    } catch (error) {
      return this.failed(error);
    }
    if (!isPromise(response)) return this.#answer(response);
    this.onWait?.(true);
    response.then(
      (late) => {
        this.onWait?.(false);
        if (!this.taken) this.#answer(late as Response);
      },
      (error) => {
        this.onWait?.(false);
        this.failed(error);
      },
    );
  }

  /** RFC 9110 sections 7.8 and 9.3.6. */
  async #decide(request: Request, decider: UpgradeHandler | undefined): Promise<Response | undefined> {
    const decision = await decider?.(request, this.info);
    if (!decision && this.method !== 'CONNECT') return this.#handler(request, this.info);
    if (decision && typeof decision !== 'function' && !('start' in decision)) return decision;
    if (!decision) return respond(null, { status: 501 }, this.settings.fetchAPI);
    this.taken = true;
    if (!this.lost) await this.open?.(typeof decision === 'function' ? { start: decision } : decision);
    return undefined;
  }

  #answer(response: Response): void {
    let outgoing: OutgoingResponse;
    try {
      outgoing = outgoingResponse(response, this.method);
    } catch (error) {
      return this.failed(error);
    }
    const { body } = outgoing;
    const drop = (reason: unknown): void => {
      if (body instanceof BodyCore) cancelQuietly(body, reason);
    };
    if (this.done) {
      drop(this.lost?.reason);
      return this.abandon();
    }
    // Who has the body will read it, and after the head no 100 (Continue) can go out.
    if (this.stream?.locked) this.begin();
    try {
      this.send(outgoing);
    } catch (error) {
      drop(error);
      this.failed(error);
    }
  }
}
