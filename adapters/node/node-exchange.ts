import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { TrailersSource } from '../../lib/body/body-source.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { cannot } from '../../lib/errors/cannot.ts';
import { toError } from '../../lib/errors/to-error.ts';
import { Exchange } from '../../lib/http/exchange.ts';
import { fieldRecord } from '../../lib/http/field-record.ts';
import type { Handler } from '../../lib/http/handler.ts';
import { lossOf } from '../../lib/http/loss-of.ts';
import type { OutgoingResponse } from '../../lib/http/outgoing-response.ts';
import { rawHeaders } from '../../lib/http/raw-headers.ts';
import type { IncomingBody } from '../../lib/http/served-request.ts';
import type { ServerSettings } from '../../lib/http/server-settings.ts';
import { targetUri } from '../../lib/http/target-uri.ts';
import { trailerFields } from '../../lib/http/trailer-fields.ts';
import { responseHeadText } from '../../lib/http1/write-response-head.ts';
import { destroyLater } from './destroy-later.ts';
import { drainRequest } from './drain-request.ts';
import { listen } from './listen.ts';
import { NodeReadableSource } from './node-readable-source.ts';
import { onSocketEnd } from './on-socket-end.ts';
import { reset } from './reset.ts';
import { pump } from './send-body.ts';
import { socketInfo } from './socket-info.ts';
import { finished } from './writable-progress.ts';

/** One request of a Node server, HTTP/1.1 or HTTP/2, and its response. */
export class NodeExchange extends Exchange {
  readonly incoming: IncomingBody | null;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #http2: ServerHttp2Stream | undefined;
  /** HTTP/1.0. */
  readonly #old: boolean;
  /** The client is watched no more. */
  #unwatch = ignore;
  /** The handler has begun to read the body. */
  #begun = false;

  constructor(
    req: IncomingMessage & { readonly stream?: ServerHttp2Stream; readonly originalUrl?: string },
    res: ServerResponse,
    handler: Handler,
    settings: ServerSettings,
  ) {
    const { headers, method = 'GET', stream } = req;
    const info = socketInfo(req.socket);
    // Express and connect take away from `url` where a listener is mounted.
    const host = headers[':authority'] ?? headers.host;
    const target = targetUri(method, req.originalUrl ?? req.url ?? '/', host as string | undefined, info);
    super({ io: { info }, settings, handler }, stream ? 'h2' : 'http/1.1', target);
    this.#req = req;
    this.#res = res;
    this.#http2 = stream;
    this.#old = req.httpVersion === '1.0';
    const length = Number(headers['content-length']) || undefined;
    // RFC 9112 section 6.3: a request without either field has no body.
    const has = stream ? !stream.endAfterHeaders : headers['transfer-encoding'] || length;
    this.incoming = has ? this.#receive(length) : null;
    // Someone may have sent it: Node itself does where nobody listens to `checkContinue`.
    const { _sent100 = stream?.sentInfoHeaders?.some((sent) => sent[':status'] === 100) } =
      res as ServerResponse & { readonly _sent100?: boolean };
    // RFC 9110 section 10.1.1: an expectation from an HTTP/1.0 client is ignored.
    this.expectsContinue = !this.#old && !_sent100 && /^100-continue$/i.test(headers.expect ?? '');
    // Node throws errors that nobody listens to.
    req.on('error', ignore);
    res.on('error', ignore);
  }

  run(): void {
    this.#unwatch = this.#http2
      ? listen(this.#http2, ['aborted', 'close'], this.#lose)
      : onSocketEnd(this.#req.socket, this.#onEnd);
    if ((this.#http2 ?? this.#req.socket).destroyed) this.#lose();
    this.start();
  }

  override get native(): unknown {
    return { req: this.#req, res: this.#res };
  }

  protected readHeaders(headers: Headers): Headers {
    return rawHeaders(this.#req.rawHeaders, headers);
  }

  protected interim(status: number, fields: readonly (readonly [string, string])[]): void {
    if (status === 100) this.#res.writeContinue();
    else if (this.#http2) this.#http2.additionalHeaders({ ':status': status, ...fieldRecord(fields) });
    else this.#res.socket?.write(responseHeadText({ status, headers: fields.flat() }), 'latin1');
  }

  protected send({ status, statusText, fields, body, contentLength }: OutgoingResponse): void {
    const res = this.#res;
    if (res.headersSent) {
      this.headSent = true;
      throw cannot('answer', 'nobody else must have answered', res);
    }
    const core = body instanceof BodyCore ? body : undefined;
    // Trailers go with chunked only (RFC 9112 section 7.1.2): never in HTTP/1.0.
    const trailing = this.#old ? undefined : core;
    const headers = fieldRecord(fields);
    if (contentLength !== undefined && (this.#http2 || !trailing?.trailers))
      headers['content-length'] = String(contentLength);
    // Not as an argument: middleware that wraps `writeHead` takes the second for the headers where it is no text.
    if (!this.#http2) res.statusMessage = statusText;
    res.writeHead(status, headers);
    this.headSent = true;
    this.core = core;
    const write = async (): Promise<void> => {
      if (core) {
        // `flushHeaders` would send fields that are not ASCII as UTF-8.
        if (!this.#http2) res.write('', 'latin1');
        await pump(res, core);
        const found = await trailing?.trailers;
        if (found) res.addTrailers(fieldRecord(trailerFields(found)));
      } else if (body !== null) res.write(body);
      // Node drops what nobody has begun to read: it must not look finished to who comes later.
      if (!this.#begun) this.incoming?.fail(this.why);
      await finished(res);
    };
    write().then(
      () => {
        if (this.succeed()) this.abandon();
      },
      (error) => {
        if (!this.done) this.failed(error);
      },
    );
  }

  /** Ends the response without its end: what was written goes out, in `drainTimeout` ms at most, and then the connection goes. */
  cut(reason: unknown): void {
    const { socket, writableEnded } = this.#res;
    this.done = true;
    this.#unwatch();
    // Someone else has.
    if (writableEnded) return;
    // `stream.close()` of node:http2 would send END_STREAM first.
    if (this.#http2) this.#http2.destroy(toError(reason));
    // Those before it in the pipeline are not answered yet.
    else if (!socket) this.#res.once('socket', () => this.cut(reason));
    else {
      destroyLater(socket, this.settings.drainTimeout);
      const end = (): void => reset(socket);
      // In HTTP/1.0 only a reset tells that the end is none. Node writes at the end of a turn: what it holds back goes first.
      process.nextTick(() => (this.#old ? socket.write('', end) : socket.end(end)));
    }
  }

  protected onLost(): void {
    this.#unwatch();
    // Node lets a client that has only sent a FIN take what was written, and waits for it without end.
    if (!this.#http2) destroyLater(this.#req.socket, this.settings.drainTimeout);
  }

  protected abandon(): void {
    this.#unwatch();
    // A stream of node:http2 that is closed at once can lose the response to a HEAD.
    const { incoming } = this;
    if (!incoming) return;
    const drain = (): void => {
      // A request that is made up, for a test or from an event of a cloud's, is on no connection.
      if (this.#req.complete !== false) return;
      incoming.fail(this.why);
      drainRequest(this.#req, this.#http2, this.settings);
    };
    const { waits } = this.info;
    if (this.#begun && waits) waits.then(drain);
    // Its last byte may be here, and its end be parsed next.
    else setImmediate(drain);
  }

  #receive(byteLength: number | undefined): IncomingBody {
    const req = this.#req;
    const source = new NodeReadableSource(req, ignore);
    const trailers = (): Headers => rawHeaders(req.rawTrailers, new this.settings.fetchAPI.Headers());
    const spent = req.readableEnded;
    return {
      byteLength,
      get ended() {
        return req.complete;
      },
      // Declared by the field, or come unannounced by the time of the end.
      get trailers(): TrailersSource | undefined {
        return req.headers.trailer || req.rawTrailers?.length ? trailers : undefined;
      },
      pull: () => {
        if (spent) throw cannot('read a body', 'nobody else must have read it', req);
        this.#begun = true;
        this.begin();
        return source.pull();
      },
      cancel: (reason) => source.cancel(reason),
      fail: source.fail,
    };
  }

  readonly #lose = (): void => {
    const req = this.#req;
    const res = this.#res;
    // That of node:http2 is finished too when its stream is gone.
    if (!res.writableEnded || !res.writableFinished)
      this.lose(lossOf(req.errored ?? res.errored ?? req.socket.errored));
  };

  /** A FIN after a complete request: Node destroys the request, and the socket once the response has drained. */
  readonly #onEnd = (): void => {
    const { complete, socket } = this.#req;
    if (complete || socket.destroyed) this.#lose();
  };
}
