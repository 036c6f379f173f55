import { RefusedError } from '../errors/refused-error.ts';
import type { Call } from './call.ts';
import type { ClientSettings } from './client-settings.ts';
import type { ClientConnection, FetchInit, Tunnel, TunnelInit } from './connection.ts';
import { ConnectionBase } from './connection-base.ts';
import { type OutgoingRequest, outgoingRequest } from './outgoing-request.ts';
import { outgoingTunnel } from './outgoing-tunnel.ts';

/** What a client's connection has, whatever the protocol: calls, of which some wait. */
export abstract class ClientBase<C extends Call> extends ConnectionBase implements ClientConnection {
  readonly settings: ClientSettings;
  protected readonly queue: C[] = [];
  protected closing = false;

  constructor(settings: ClientSettings) {
    super(settings.signal);
    this.settings = settings;
  }

  /** It takes no calls any more. */
  protected abstract readonly gone: boolean;
  /** The connection belongs to a tunnel. */
  protected tunnelled = false;

  protected abstract call(request: OutgoingRequest): C;

  /** Sends what can be sent of the queue; closes when no more will come. */
  protected abstract next(): void;

  async fetch(input: Request | URL | string, init: FetchInit = {}): Promise<Response> {
    const { origin, fetchAPI } = this.settings;
    // No tunnel was asked for.
    return this.#send(outgoingRequest(input, init, origin, fetchAPI)) as Promise<Response>;
  }

  async tunnel(target: URL | string, init: TunnelInit = {}): Promise<Tunnel | Response> {
    const { origin, fetchAPI } = this.settings;
    return this.#send(outgoingTunnel(target, init, origin, fetchAPI));
  }

  #send(request: OutgoingRequest): Promise<Tunnel | Response> {
    const call = this.call(request);
    if (this.closing || this.gone || this.tunnelled) call.fail(new RefusedError('The connection is closed'));
    if (!call.failed) {
      this.queue.push(call);
      this.next();
    }
    return call.response;
  }

  protected leave(): void {
    this.closing = true;
    this.next();
  }

  /** What still waits is never sent. */
  protected refuse(reason?: unknown): void {
    const error = new RefusedError(
      'The connection closed, and the request was not processed',
      reason === undefined ? undefined : { cause: reason },
    );
    for (const call of this.queue.splice(0)) call.fail(error);
  }
}
