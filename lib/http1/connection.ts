import { cannot } from '../errors/cannot.ts';
import { checkOneOf } from '../errors/check-one-of.ts';
import { fieldValues } from './fields.ts';
import { lowerNames } from './lower-names.ts';
import { MessageWriter, type SendEvent } from './message-writer.ts';
import { type Http1ConnectionOptions, Http1Receiver, type SentRequest } from './receiver.ts';

/**
 * An HTTP/1.1 connection (RFC 9112) without its I/O: bytes in, events out, and back. It reads one message and stops at its end.
 *
 * The events of one `receive` come in this order: `informational`*, then `request` or `response`, one `data`, then `end`
 * or `error` or `close`; each is left out where the input has none. Nothing follows `error` and `close`; `next()` must come between
 * `end` and the next message. The outcome does not depend on how the bytes were cut.
 *
 * @example
 * const connection = new Http1Connection({ role: 'server' });
 * const input = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
 * const [request, end] = connection.receive(input);
 * connection.next();
 * const [second] = connection.receive(input, connection.consumed);
 */
export class Http1Connection extends Http1Receiver {
  #writer = new MessageWriter();

  /**
   * @param options The role, and limits in bytes or counts; the defaults are `HTTP1_LIMITS`.
   * @throws TypeError for a role that is none.
   */
  constructor(options: Http1ConnectionOptions) {
    checkOneOf(options.role, 'role', ['server', 'client']);
    super(options);
  }

  override next(sent?: SentRequest): void {
    super.next(sent);
    this.#writer = new MessageWriter();
  }

  /**
   * What goes out for a part of a message of ours. It keeps to what the head says: chunked data gets its framing, a sized body
   * is counted. A client's `request` begins the message (`next` is called), a server's follows its own `next`.
   *
   * @returns The pieces to write, in order; data is passed as it is, without a copy.
   * @throws TypeError where the part is out of turn, does not fit its head, or can't be written (CR, LF, NUL).
   */
  send(event: SendEvent): Uint8Array[] {
    const head = event.type === 'request' ? 'client' : 'server';
    if (event.type !== 'data' && event.type !== 'end' && head !== this.role)
      throw cannot(`send a ${event.type}`, `the role must be '${head}'`, `'${this.role}'`);
    if (event.type !== 'request') return this.#writer.send(event, this.method);
    const writer = new MessageWriter();
    const pieces = writer.send(event, event.method);
    const upgrade = fieldValues(lowerNames(event.headers), 'upgrade').length > 0;
    this.next({ method: event.method, upgrade });
    this.#writer = writer;
    return pieces;
  }
}
