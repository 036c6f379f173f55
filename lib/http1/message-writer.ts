import { cannot } from '../errors/cannot.ts';
import { ProtocolError } from '../errors/protocol-error.ts';
import { type BodyFraming, bodyFraming } from './body-framing.ts';
import { ChunkedEncoder } from './chunked-encoder.ts';
import type { FlatFields } from './fields.ts';
import { lowerNames } from './lower-names.ts';
import { type RequestHeadInit, writeRequestHead } from './write-request-head.ts';
import { type ResponseHeadInit, writeResponseHead } from './write-response-head.ts';

/** What `Http1Connection.send` takes. An `informational` is a response with a status of 1xx. */
export type SendEvent =
  | ({ readonly type: 'request' } & RequestHeadInit)
  | ({ readonly type: 'informational' } & ResponseHeadInit)
  | ({ readonly type: 'response' } & ResponseHeadInit)
  | { readonly type: 'data'; readonly data: Uint8Array }
  | { readonly type: 'end'; readonly trailers?: FlatFields };

/** The sending half of one message: its body can only be what its head says (RFC 9112 section 6.3). */
export class MessageWriter {
  #framing: BodyFraming | null = null;
  #encoder: ChunkedEncoder | null = null;
  #left = 0;
  #ended = false;

  /** `method`: of the request that a response answers. */
  send(event: SendEvent, method: string): Uint8Array[] {
    switch (event.type) {
      case 'data':
        return this.#data(event.data);
      case 'end':
        return this.#end(event.trailers);
      case 'informational':
        this.#expect(this.#framing === null, 'an interim response', 'come before the response');
        this.#expect(
          event.status >= 100 && event.status < 200,
          'an interim response',
          'have a status of 1xx',
        );
        return [writeResponseHead(event)];
      default:
        return [this.#head(event, method)];
    }
  }

  #head(event: Extract<SendEvent, { type: 'request' | 'response' }>, method: string): Uint8Array {
    this.#expect(this.#framing === null, 'a head', 'be the first of its message');
    if (event.type === 'response')
      this.#expect(event.status >= 200 || event.status === 101, 'a response', 'be final');
    const { version = '1.1' } = event;
    const headers = lowerNames(event.headers);
    const head =
      event.type === 'request'
        ? ({ role: 'request', version, headers } as const)
        : ({ role: 'response', version, headers, status: event.status, method } as const);
    const bytes = event.type === 'request' ? writeRequestHead(event) : writeResponseHead(event);
    try {
      this.#framing = bodyFraming(head);
    } catch (error) {
      // The same rules as for what the peer sends, but the mistake is the caller's.
      if (!(error instanceof ProtocolError)) throw error;
      throw cannot('send a head', 'its framing must be valid', error.message);
    }
    this.#left = this.#framing.kind === 'length' ? (this.#framing.length ?? 0) : 0;
    if (this.#framing.kind === 'chunked') this.#encoder = new ChunkedEncoder();
    return bytes;
  }

  #data(data: Uint8Array): Uint8Array[] {
    const kind = this.#framing?.kind;
    this.#expect(kind !== undefined && !this.#ended, 'data', 'be between a head and its end');
    if (data.byteLength === 0) return [];
    if (this.#encoder !== null) return this.#encoder.encode(data);
    this.#expect(
      kind === 'close' || data.byteLength <= this.#left,
      'data',
      'fit the length that its head declares',
    );
    this.#left -= data.byteLength;
    return [data];
  }

  #end(trailers: FlatFields = []): Uint8Array[] {
    const kind = this.#framing?.kind;
    this.#expect(kind !== undefined && !this.#ended, 'an end', 'follow a head, once');
    this.#expect(kind === 'close' || this.#left === 0, 'an end', 'come when the declared length is reached');
    this.#expect(this.#encoder !== null || trailers.length === 0, 'trailers', 'follow a chunked body');
    this.#ended = true;
    return this.#encoder === null ? [] : [this.#encoder.end(trailers)];
  }

  #expect(holds: boolean, what: string, must: string): void {
    if (!holds) throw new TypeError(`Cannot send ${what} as it must ${must}`);
  }
}
