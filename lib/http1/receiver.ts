import { defined } from '../bytes/defined.ts';
import { cannot } from '../errors/cannot.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { BodyReader } from './body-reader.ts';
import { ChunkedDecoder } from './chunked-decoder.ts';
import { CloseReader } from './close-reader.ts';
import type { Event, InformationalEvent, RequestEvent, ResponseEvent } from './events.ts';
import { fault } from './fault.ts';
import { FieldScanner, type FieldScannerOptions } from './field-scanner.ts';
import { LengthReader } from './length-reader.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { requestHead } from './request-head.ts';
import { responseHead } from './response-head.ts';

export interface Http1ConnectionOptions extends Partial<Http1Limits> {
  /** `server` receives requests, `client` responses. */
  readonly role: 'server' | 'client';
}

/** What a client must know of a request to read its response. */
export interface SentRequest {
  readonly method: string;
  /** Upgrade was sent, so that a 101 may answer. Default false. */
  readonly upgrade?: boolean;
}

/**
 * `idle`: no request is sent (client). `head`, `body`: inside of a message. `done`: a message ended. `switched`: the connection
 * belongs to another protocol (client). `closed`: the peer's bytes ended. `error`: the peer broke the protocol.
 */
export type Http1State = 'idle' | 'head' | 'body' | 'done' | 'switched' | 'closed' | 'error';

/**
 * The receiving half of an HTTP/1.1 connection (RFC 9112): bytes in, events out. It reads one message and stops at its end.
 *
 * The events of one `receive` come in this order: `informational`*, then `request` or `response`, one `data`, then `end`
 * or `error` or `close`; each is left out where the input has none. Nothing follows `error` and `close`; `next()` must come between
 * `end` and the next message. The outcome does not depend on how the bytes were cut.
 *
 * @internal
 */
export class Http1Receiver {
  readonly role: 'server' | 'client';
  /** The position in the input of the last `receive` after the last byte used. */
  consumed = 0;
  /** Of the request in hand. */
  protected method = '';

  readonly #options: FieldScannerOptions;
  #state: Http1State;
  /** Of the head in hand, or of the message's. */
  #scanner: FieldScanner | null = null;
  #reader: BodyReader | null = null;
  #upgrade = false;
  #informational = 0;
  #keepAlive = true;

  /** @param options The role, and limits in bytes or counts; the defaults are `HTTP1_LIMITS`. */
  constructor(options: Http1ConnectionOptions) {
    this.role = options.role;
    this.#options = { ...HTTP1_LIMITS, ...defined(options), fold: this.role === 'client' };
    this.#state = this.role === 'server' ? 'head' : 'idle';
  }

  get state(): Http1State {
    return this.#state;
  }

  /** A message can follow: this one is `done`, the peer keeps the connection, and no stray byte came after a response. */
  get reusable(): boolean {
    return this.#keepAlive && (this.#state === 'done' || this.#state === 'idle');
  }

  /** No byte of the current message came (empty lines aside): a server may close, a client may send the request again elsewhere. */
  get untouched(): boolean {
    return this.#informational === 0 && !this.#scanner?.started;
  }

  /**
   * Begins the next message: for a server the next request, for a client the response to a request that it sends (the first
   * one too).
   *
   * @param sent The request sent; client only.
   * @throws TypeError where no message can follow.
   */
  next(sent?: SentRequest): void {
    if (!this.reusable)
      throw cannot('begin a message', 'the connection must be reusable', `'${this.#state}'`);
    if (this.role === 'client') {
      if (sent === undefined) throw cannot('begin a message', 'its request must be given', sent);
      this.method = sent.method;
      this.#upgrade = sent.upgrade ?? false;
    }
    this.#state = 'head';
    this.#scanner = null;
    this.#informational = 0;
  }

  /**
   * Reads on.
   *
   * @param input What the peer sent; null once it sends no more. It is not kept: `data` offsets point into it.
   * @param offset Where to begin in it. The position after the last byte used is left in `consumed`: the end of the input, or
   * the byte after the message's last one.
   * @returns What happened, in order. Faults are an event, with `scope: 'connection'`, the status for a server to answer in
   * `statusHint`, and an `offset` from the first byte of the head (or of the body) it is in.
   */
  receive(input: Uint8Array | null, offset = 0): Event[] {
    const events: Event[] = [];
    if (input === null) {
      this.consumed = 0;
      this.#end(events);
      return events;
    }
    const end = input.byteLength;
    let at = offset;
    while (at < end && this.#state === 'head') at = this.#readHead(input, at, end, events);
    if (at < end && this.#state === 'body') at = this.#readBody(input, at, end, events);
    if (at < end) {
      // RFC 9112 section 9.2: bytes that no request asked for are no response; the connection is not used again.
      if (this.#state === 'done' && this.role === 'client') this.#keepAlive = false;
      if (this.#state === 'idle') this.#fault('bytes from the server without a request', events);
    }
    this.consumed = this.#state === 'error' || this.#state === 'closed' ? end : at;
    return events;
  }

  #readHead(input: Uint8Array, at: number, end: number, events: Event[]): number {
    const server = this.role === 'server';
    this.#scanner ??= new FieldScanner(server ? 'request' : 'response', this.#options);
    const scanner = this.#scanner;
    const stop = scanner.scan(input, at, end);
    if (scanner.error !== null) this.#fail(scanner.error, events);
    else if (scanner.done) {
      try {
        this.#take(server ? requestHead(scanner) : responseHead(scanner, this.method), events);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        this.#fault(error.message, events, error.statusHint);
      }
    }
    return stop;
  }

  #take(head: RequestEvent | InformationalEvent | ResponseEvent, events: Event[]): void {
    if (head.type === 'informational') {
      if (++this.#informational > this.#options.maxInformational) throw fault('too many interim responses');
      events.push(head);
      this.#scanner = null;
      return;
    }
    if (head.type === 'request') this.method = head.method;
    else if (head.status === 101 && !this.#upgrade) throw fault('101 without an Upgrade');
    events.push(head);
    this.#keepAlive = head.keepAlive;
    const { kind, length = 0 } = head.framing;
    this.#state = 'body';
    if (kind === 'chunked') this.#reader = new ChunkedDecoder(this.#options);
    else this.#reader = kind === 'close' ? new CloseReader() : new LengthReader(length);
    this.#settle(this.#reader, events);
    if (kind === 'tunnel') this.#state = 'switched';
  }

  #readBody(input: Uint8Array, at: number, end: number, events: Event[]): number {
    const reader = this.#reader as BodyReader;
    const offsets: number[] = [];
    const stop = reader.read(input, at, end, offsets);
    if (offsets.length > 0) events.push({ type: 'data', offsets });
    this.#settle(reader, events);
    return stop;
  }

  #settle(reader: BodyReader, events: Event[]): void {
    if (reader.error !== null) this.#fail(reader.error, events);
    else if (reader.done) {
      this.#state = 'done';
      events.push({ type: 'end', trailers: reader.trailers });
    }
  }

  /** A fault that has no place of its own: it is where the head in hand, if there is one, was read to. */
  #fault(message: string, events: Event[], statusHint?: number): void {
    const hint = this.role === 'server' ? statusHint : null;
    this.#fail(fault(message, hint, this.#scanner?.offset), events);
  }

  #fail(error: ProtocolError, events: Event[]): void {
    this.#state = 'error';
    events.push({ type: 'error', error });
  }

  #end(events: Event[]): void {
    const state = this.#state;
    this.#keepAlive = false;
    if (state === 'body') {
      const reader = this.#reader as BodyReader;
      reader.finish();
      this.#settle(reader, events);
    } else if (state === 'head' && !(this.role === 'server' && this.untouched))
      this.#fault('the connection ended before the end of a head', events);
    else if (state !== 'error' && state !== 'closed' && state !== 'switched') {
      this.#state = 'closed';
      events.push({ type: 'close' });
    }
  }
}
