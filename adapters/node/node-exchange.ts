import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { TrailersSource } from '../../lib/body/body-source.ts';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { cannot } from '../../lib/errors/cannot.ts';
import { Exchange, type IncomingBody } from '../../lib/http/exchange.ts';
import { flatHeaders } from '../../lib/http/flat-headers.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { lossOf } from '../../lib/http/loss-of.ts';
import type { OutgoingResponse } from '../../lib/http/outgoing-response.ts';
import type { ServerSettings } from '../../lib/http/server-settings.ts';
import { trailerFields } from '../../lib/http/trailer-fields.ts';
import { parseAuthority } from '../../lib/http1/authority.ts';
import { parseRequestTarget } from '../../lib/http1/request-target.ts';
import { writeResponseHead } from '../../lib/http1/write-response-head.ts';
import { destroyLater } from './destroy-later.ts';
import { drainRequest } from './drain-request.ts';
import { NodeReadableSource } from './node-readable-source.ts';
import { reset } from './reset.ts';
import { pump } from './send-body.ts';
import { socketInfo } from './socket-info.ts';
import { toError } from './to-error.ts';
import { finished } from './writable-progress.ts';

/** One request of a Node server, HTTP/1.1 or HTTP/2, and its response. */
export class NodeExchange extends Exchange {
  readonly incoming: IncomingBody | null;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #http2: ServerHttp2Stream | undefined;

  constructor(
    req: IncomingMessage & { readonly stream?: ServerHttp2Stream },
    res: ServerResponse,
    handler: Handler,
    settings: ServerSettings,
  ) {
    const { headers, method = 'GET', stream } = req;
    const info = socketInfo(req.socket);
    const target = parseRequestTarget(method, req.url ?? '/');
    // An absolute target overrides the Host field (RFC 9112 section 3.2.2).
    const authority = String(target?.authority ?? headers[':authority'] ?? headers.host ?? info.localAddress);
    const scheme = target?.scheme ?? (info.encrypted ? 'https' : 'http');
    super({ io: { info }, settings, handler }, stream ? 'h2' : 'http/1.1', {
      method,
      // Without one it is refused.
      scheme: target && parseAuthority(authority) ? scheme : '',
      authority,
      path: target?.path ?? '',
    });
    this.#req = req;
    this.#res = res;
    this.#http2 = stream;
    const declared = headers['content-length'];
    const length = declared === undefined ? undefined : Number(declared);
    // RFC 9112 section 6.3: a request without either field has no body.
    const has = stream ? !stream.endAfterHeaders : headers['transfer-encoding'] || length;
    this.incoming = has ? this.#receive(length) : null;
    // RFC 9110 section 10.1.1: an expectation from an HTTP/1.0 client is ignored.
    const expects = req.httpVersion !== '1.0' && /^100-continue$/i.test(headers.expect ?? '');
    this.expectsContinue = expects && !(res as { readonly _sent100?: boolean })._sent100;
    // Node throws errors that nobody listens to.
    req.on('error', ignore);
    res.on('error', ignore);
  }

  run(): void {
    this.#watch('on');
    const { socket } = this.#req;
    if (this.#res.destroyed || (!this.#http2 && socket.destroyed)) this.#lose();
    this.start();
  }

  override get native(): unknown {
    return { req: this.#req, res: this.#res };
  }

  protected readHeaders(headers: Headers): Headers {
    return fieldsOf(this.#req.rawHeaders, headers);
  }

  protected openBody(): BodyStream {
    const { highWaterMark } = this.settings;
    return new BodyStream(this.incoming as IncomingBody, { type: 'bytes', highWaterMark });
  }

  protected interim(status: number, fields: readonly (readonly [string, string])[]): void {
    if (status === 100) this.#res.writeContinue();
    else if (this.#http2) this.#http2.additionalHeaders({ ':status': status, ...Object.fromEntries(fields) });
    else this.#res.socket?.write(writeResponseHead({ status, headers: fields.flat() }));
  }

  protected send({ status, statusText, fields, body, contentLength }: OutgoingResponse): void {
    const res = this.#res;
    if (res.headersSent) {
      this.headSent = true;
      throw cannot('answer', 'nobody else must have answered', res);
    }
    const core = body instanceof BodyCore ? body : undefined;
    // Trailers go with chunked only (RFC 9112 section 7.1.2): never in HTTP/1.0.
    const trailing = this.#req.httpVersion === '1.0' ? undefined : core;
    // A field may have the name of what every object has.
    const headers: Record<string, string[]> = Object.create(null);
    for (const [name, value] of fields) (headers[name] ??= []).push(value);
    if (contentLength !== undefined && (this.#http2 || !trailing?.trailers))
      headers['content-length'] = [String(contentLength)];
    res.writeHead(status, (!this.#http2 && statusText) || undefined, headers);
    this.headSent = true;
    this.core = core;
    const write = async (): Promise<void> => {
      if (core) {
        if (core.byteLength !== 0) res.flushHeaders();
        await pump(res, core);
        const found = await trailing?.trailers;
        if (found) res.addTrailers(Object.fromEntries(trailerFields(found)));
      } else if (body !== null) res.write(body);
      await finished(res);
    };
    write().then(
      () => {
        if (this.succeed()) this.abandon();
      },
      (error) => {
        if (this.done) return;
        if (core) cancelQuietly(core, error);
        this.failed(error);
      },
    );
  }

  /** Ends the response without its end: what was written goes out, in `drainTimeout` ms at most, and then the connection goes. */
  cut(reason: unknown): void {
    const { socket, writableEnded } = this.#res;
    this.done = true;
    this.#watch('off');
    // Someone else has.
    if (writableEnded) return;
    // `stream.close()` of node:http2 would send END_STREAM first.
    if (this.#http2) this.#http2.destroy(toError(reason));
    else if (!socket) this.#res.destroy();
    else {
      destroyLater(socket, this.settings.drainTimeout);
      // Node writes at the end of a turn: what it holds back goes first. In HTTP/1.0 only a reset tells that the end is none.
      const last = this.#req.httpVersion === '1.0';
      process.nextTick(() => (last ? socket.write('', () => reset(socket)) : socket.destroySoon()));
    }
  }

  protected onLost(): void {
    this.#watch('off');
    const { socket } = this.#req;
    // Node lets a client that has only sent a FIN take what was written, and waits for it without end.
    if (!this.#http2 && !socket.destroyed) destroyLater(socket, this.settings.drainTimeout);
  }

  protected onWait(): void {
    // The client is watched all the time.
  }

  protected abandon(): void {
    this.#watch('off');
    const { drainLimit, drainTimeout } = this.settings;
    drainRequest(this.#req, this.#res, this.#http2, drainLimit, drainTimeout);
  }

  /** A tunnel never comes as a `request` of Node's. */
  protected open(): void {}

  #receive(byteLength: number | undefined): IncomingBody {
    const req = this.#req;
    const source = new NodeReadableSource(req, false);
    const trailers = (): Headers => fieldsOf(req.rawTrailers, new this.settings.fetchAPI.Headers());
    return {
      byteLength,
      get ended() {
        return req.complete;
      },
      // Declared by the field, or come unannounced by the time of the end.
      get trailers(): TrailersSource | undefined {
        return req.headers.trailer !== undefined || req.rawTrailers.length > 0 ? trailers : undefined;
      },
      pull: () => {
        this.begin();
        return source.pull();
      },
      cancel: (reason) => source.cancel(reason),
      fail: source.fail,
    };
  }

  readonly #lose = (): void => {
    const [req, res] = [this.#req, this.#res];
    if (!res.writableFinished)
      this.lose(lossOf(req.errored ?? res.errored ?? req.socket?.errored ?? undefined));
  };

  /** A FIN after a complete request: Node destroys the request, and the socket once the response has drained. */
  readonly #onEnd = (): void => {
    if (this.#req.complete) this.#lose();
  };

  #watch(method: 'on' | 'off'): void {
    this.#res[method]('close', this.#lose);
    this.#req[method]('aborted', this.#lose);
    if (!this.#http2) this.#req.socket[method]('end', this.#onEnd);
  }
}

/** Flat names and values, without those of HTTP/2 that are no fields. */
function fieldsOf(raw: readonly string[], headers: Headers): Headers {
  const field = (name: string, i: number): string[] =>
    i % 2 === 1 || name[0] === ':' ? [] : [name.toLowerCase(), raw[i + 1] ?? ''];
  return flatHeaders(raw.flatMap(field), headers);
}
