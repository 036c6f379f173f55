import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TrailersSource } from '../../lib/body/body-source.ts';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { ignore } from '../../lib/body/ignore.ts';
import { ConnectionLostError } from '../../lib/errors/connection-lost-error.ts';
import type { FetchAPI } from '../../lib/http/fetch-api.ts';
import type { HandlerInfo } from '../../lib/http/handler.ts';
import type { RequestParts } from '../../lib/http/light-request.ts';
import { NodeReadableSource } from './node-readable-source.ts';
import { requestUrl } from './request-url.ts';

export interface Lost {
  /** Set once the client is gone. */
  readonly reason: { readonly value: unknown } | undefined;
  stop(): void;
}

/** One request of a Node server, HTTP/1.1 or HTTP/2, as the parts of a Request. */
export class NodeRequest implements RequestParts {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  readonly http2: ServerHttp2Stream | undefined;
  /** The status to refuse it with, 0 to serve it. */
  readonly refusal: number;
  /** The body, once something has asked for it. */
  source: NodeReadableSource | null = null;

  readonly #url: { readonly url: string; readonly path: '*' | undefined } | null;
  readonly #highWaterMark: number | undefined;
  #controller: AbortController | undefined;
  #lost: { readonly value: unknown } | undefined;

  constructor(req: IncomingMessage, res: ServerResponse, highWaterMark: number | undefined) {
    this.req = req;
    this.res = res;
    this.method = req.method ?? 'GET';
    this.http2 = (req as IncomingMessage & { stream?: ServerHttp2Stream }).stream;
    this.#highWaterMark = highWaterMark;
    const authority = req.headers[':authority'] ?? req.headers.host ?? localAuthority(req.socket);
    this.#url = requestUrl(this.encrypted ? 'https' : 'http', String(authority), req.url ?? '/');
    // A Request can carry neither (https://fetch.spec.whatwg.org/#forbidden-method).
    const forbidden = this.method === 'TRACE' || this.method === 'TRACK' || this.method === 'CONNECT';
    this.refusal = forbidden ? 501 : this.#url === null ? 400 : 0;
    // Node throws errors that nobody listens to.
    req.on('error', ignore);
    res.on('error', ignore);
  }

  get encrypted(): boolean {
    return (this.req.socket as Partial<TLSSocket>).encrypted === true;
  }

  /** Whether the body's fields may end with trailers: never in HTTP/1.0. */
  get takesTrailers(): boolean {
    return this.req.httpVersionMajor === 2 || this.req.httpVersionMinor > 0;
  }

  url(): string {
    return this.#url?.url ?? '';
  }

  headers(Headers: FetchAPI['Headers']): Headers {
    return fieldsToHeaders(this.req.rawHeaders, new Headers());
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#lost !== undefined) this.#controller.abort(this.#lost.value);
    }
    return this.#controller.signal;
  }

  /** The body of the message; null where it has none, and for GET and HEAD, whose Request can't have one. */
  body(): BodyStream | null {
    const { req, method } = this;
    if (method === 'GET' || method === 'HEAD' || !this.hasBody) return null;
    const source = new NodeReadableSource(req, false);
    this.source = source;
    if (this.#lost !== undefined) source.fail(this.#lost.value);
    const length = req.headers['content-length'];
    let begun = false;
    const pull = (): ReturnType<NodeReadableSource['pull']> => {
      if (!begun) this.#continue();
      begun = true;
      return source.pull();
    };
    const trailers = (): Headers => fieldsToHeaders(req.rawTrailers, new Headers());
    return new BodyStream(
      {
        pull,
        cancel: (reason) => source.cancel(reason),
        byteLength: length === undefined ? undefined : Number(length),
        // Declared by the field, or come unannounced by the time of the end.
        get trailers(): TrailersSource | undefined {
          return req.headers.trailer !== undefined || req.rawTrailers.length > 0 ? trailers : undefined;
        },
      },
      { type: 'bytes', highWaterMark: this.#highWaterMark },
    );
  }

  /** RFC 9112 section 6.3: a request without either field has no body. */
  get hasBody(): boolean {
    const { headers } = this.req;
    if (this.http2 !== undefined) return !this.http2.endAfterHeaders;
    return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  }

  info(completed: Promise<void>, report: (error: unknown) => void): HandlerInfo {
    const { req, res, http2 } = this;
    return {
      protocol: http2 === undefined ? 'http/1.1' : 'h2',
      remoteAddress: req.socket.remoteAddress,
      encrypted: this.encrypted,
      path: this.#url?.path,
      completed,
      waitUntil: (promise) => void Promise.resolve(promise).catch(report),
      sendInformational: (status, headers) => this.#inform(status, new Headers(headers)),
      native: { req, res },
    };
  }

  /** Watches for the loss of the client until `stop()`: before the response is complete it reaches everyone at once. */
  onLost(tell: (reason: unknown) => void): Lost {
    const { req, res } = this;
    const lose = (): void => {
      if (this.#lost !== undefined || res.writableFinished) return;
      this.#lost = { value: this.lossReason() };
      this.#controller?.abort(this.#lost.value);
      this.source?.fail(this.#lost.value);
      tell(this.#lost.value);
    };
    const onEnd = (): void => {
      // A FIN after a complete request: Node destroys the request, and the socket once the response has drained.
      if (req.complete) lose();
    };
    const socket = this.http2 === undefined ? req.socket : undefined;
    res.on('close', lose);
    req.on('aborted', lose);
    socket?.on('end', onEnd);
    if (res.destroyed || socket?.destroyed) lose();
    const self = this;
    return {
      get reason() {
        return self.#lost;
      },
      stop() {
        res.off('close', lose);
        req.off('aborted', lose);
        socket?.off('end', onEnd);
      },
    };
  }

  /** One reason for the signal, the request body and the response body. */
  lossReason(): unknown {
    const cause = this.req.errored ?? this.res.errored ?? this.req.socket?.errored;
    return this.#lost?.value ?? new ConnectionLostError('The client left', cause ? { cause } : undefined);
  }

  /** Ends the response without its end: what was written goes out, for `timeout` ms at most, and then the connection goes. */
  cut(error: unknown, timeout: number): void {
    const { http2, res } = this;
    const { socket } = res;
    // `stream.close()` of node:http2 would send END_STREAM first.
    if (http2 !== undefined) http2.destroy(error instanceof Error ? error : new Error('The body failed'));
    else if (socket === null) res.destroy();
    else {
      const timer = setTimeout(() => socket.destroy(), timeout);
      socket.once('close', () => clearTimeout(timer));
      // Node writes at the end of a turn: what it holds back goes first.
      process.nextTick(() => socket.destroySoon());
    }
  }

  /** `Expect: 100-continue` is answered when the handler first reads the body (RFC 9110 section 10.1.1). */
  #continue(): void {
    const { req, res } = this;
    const sent = (res as ServerResponse & { _sent100?: boolean })._sent100 === true;
    if (/^100-continue$/i.test(req.headers.expect ?? '') && !sent && !res.headersSent) res.writeContinue();
  }

  #inform(status: number, headers: Headers): void {
    if (!Number.isInteger(status) || status < 102 || status > 199) {
      throw new RangeError(`Cannot inform as status must be from 102 to 199: received ${status}`);
    }
    if (this.res.headersSent || this.res.destroyed) return;
    if (this.http2 !== undefined) {
      this.http2.additionalHeaders({ ':status': status, ...Object.fromEntries(headers) });
      return;
    }
    let head = `HTTP/1.1 ${status} \r\n`;
    headers.forEach((value, name) => {
      head += `${name}: ${value}\r\n`;
    });
    this.res.socket?.write(`${head}\r\n`, 'latin1');
  }
}

/** Flat names and values; several `cookie` fields are one (RFC 9113 section 8.2.3). */
function fieldsToHeaders(raw: readonly string[], headers: Headers): Headers {
  const cookies: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    if (name.startsWith(':')) continue;
    if (name.toLowerCase() === 'cookie') cookies.push(value);
    else headers.append(name, value);
  }
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  return headers;
}

function localAuthority(socket: Socket): string {
  const address = socket.localAddress ?? 'localhost';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort ?? 80}`;
}
