import { cannot } from '../errors/cannot.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { BodyFraming } from './body-framing.ts';
import type { BodyReader } from './body-reader.ts';
import { ChunkedDecoder } from './chunked-decoder.ts';
import { CloseReader } from './close-reader.ts';
import type { Event } from './events.ts';
import { fault } from './fault.ts';
import { FieldScanner } from './field-scanner.ts';
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

  readonly #limits: Http1Limits;
  #state: Http1State;
  #scanner: FieldScanner;
  #reader: BodyReader | null = null;
  #upgrade = false;
  #informational = 0;
  #keepAlive = true;
  #touched = false;

  /** @param options The role, and limits in bytes or counts; the defaults are `HTTP1_LIMITS`. */
  constructor(options: Http1ConnectionOptions) {
    this.role = options.role;
    this.#limits = { ...HTTP1_LIMITS, ...options };
    this.#state = options.role === 'server' ? 'head' : 'idle';
    this.#scanner = this.#newScanner();
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
    return !this.#touched && !this.#scanner.started;
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
      throw cannot('begin a message', 'the connection must be done and kept alive', `'${this.#state}'`);
    if (this.role === 'client') {
      if (sent === undefined) throw cannot('begin a response', 'the request must be given', sent);
      this.method = sent.method;
      this.#upgrade = sent.upgrade ?? false;
    }
    this.#state = 'head';
    this.#scanner = this.#newScanner();
    this.#reader = null;
    this.#informational = 0;
    this.#touched = false;
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
    if (at < end && this.role === 'client') this.#stray(events);
    this.consumed = this.#state === 'error' || this.#state === 'closed' ? end : at;
    return events;
  }

  #newScanner(): FieldScanner {
    return new FieldScanner(this.role === 'server' ? 'request' : 'response', this.#limits);
  }

  #readHead(input: Uint8Array, at: number, end: number, events: Event[]): number {
    const scanner = this.#scanner;
    const stop = scanner.scan(input, at, end);
    if (scanner.error !== null) this.#fail(scanner.error, events);
    else if (scanner.done) {
      try {
        if (this.role === 'server') this.#request(scanner, events);
        else this.#response(scanner, events);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        // What a head means has no place of its own: the fault is at its end.
        const { message, statusHint } = error;
        this.#fail(fault(message, scanner.offset, this.role === 'server' ? statusHint : undefined), events);
      }
    }
    return stop;
  }

  #request(scanner: FieldScanner, events: Event[]): void {
    const head = requestHead(scanner);
    this.method = head.method;
    events.push(head);
    this.#keepAlive = head.keepAlive;
    this.#begin(head.framing, events);
  }

  #response(scanner: FieldScanner, events: Event[]): void {
    const head = responseHead(scanner, this.method);
    if (head.type === 'informational') {
      if (++this.#informational > this.#limits.maxInformational) throw fault('too many interim responses', 0);
      events.push(head);
      this.#touched = true;
      this.#scanner = this.#newScanner();
      return;
    }
    if (head.status === 101 && !this.#upgrade) throw fault('101 without an Upgrade', 0);
    events.push(head);
    this.#keepAlive = head.keepAlive;
    this.#begin(head.framing, events);
  }

  #begin(framing: BodyFraming, events: Event[]): void {
    this.#state = 'body';
    switch (framing.kind) {
      case 'chunked':
        this.#reader = new ChunkedDecoder({ ...this.#limits, fold: this.role === 'client' });
        return;
      case 'close':
        this.#reader = new CloseReader();
        return;
      case 'length':
        if (framing.length !== 0) {
          this.#reader = new LengthReader(framing.length ?? 0);
          return;
        }
    }
    this.#state = framing.kind === 'tunnel' ? 'switched' : 'done';
    events.push({ type: 'end', trailers: null });
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

  /** RFC 9112 section 9.2: bytes that no request asked for are no response; the connection is not used again. */
  #stray(events: Event[]): void {
    if (this.#state === 'done') this.#keepAlive = false;
    else if (this.#state === 'idle') this.#fail(fault('bytes from the server without a request', 0), events);
  }

  #fail(error: ProtocolError, events: Event[]): void {
    this.#state = 'error';
    events.push({ type: 'error', error });
  }

  #end(events: Event[]): void {
    const state = this.#state;
    if (state === 'body') {
      const reader = this.#reader as BodyReader;
      reader.finish();
      this.#settle(reader, events);
      this.#keepAlive = false;
    } else if (state === 'head' && !(this.role === 'server' && this.untouched)) {
      const hint = this.role === 'server' ? 400 : undefined;
      this.#fail(fault('the connection ended before the end of a head', this.#scanner.offset, hint), events);
    } else if (state !== 'error' && state !== 'closed' && state !== 'switched') {
      this.#keepAlive = false;
      events.push({ type: 'close' });
      this.#state = 'closed';
    }
  }
}
