import { isForbiddenTrailer } from '../http1/trailer-fields.ts';
import type { Http2Connection } from '../http2/connection/http2-connection.ts';
import type { Http2Event } from '../http2/connection/http2-event.ts';
import type { StreamStats } from './connection.ts';
import type { Http2Owner } from './http2-owner.ts';
import type { ReceivedBody } from './received-body.ts';

/** The streams of a connection that are in use, and who hears what comes for them. */
export class Http2Streams {
  readonly #codec: Http2Connection;
  readonly #owners: Map<number, Http2Owner> = new Map();
  /** Bodies that the read under way has brought something for. */
  readonly #touched: ReceivedBody[] = [];

  constructor(codec: Http2Connection) {
    this.#codec = codec;
  }

  get size(): number {
    return this.#owners.size;
  }

  get stats(): StreamStats[] {
    return this.#codec.stats.streams.map((stream) => ({
      ...stream,
      ...this.#owners.get(stream.id)?.bodies,
    }));
  }

  add(id: number, owner: Http2Owner): void {
    this.#owners.set(id, owner);
  }

  /** It needs nothing more of the connection. False when that was known. */
  delete(id: number): boolean {
    return this.#owners.delete(id);
  }

  /** A stream waits for a window: when one opens that they share, those that have waited longer come first. */
  queue(id: number): void {
    const owner = this.#owners.get(id);
    if (owner === undefined) return;
    this.#owners.delete(id);
    this.#owners.set(id, owner);
  }

  /** Hears what came for one of them, or for all. */
  receive(event: Http2Event): void {
    const owner = 'streamId' in event ? this.#owners.get(event.streamId) : undefined;
    switch (event.type) {
      case 'data':
        if (owner === undefined) this.#codec.stopReading(event.streamId);
        else if (owner.incoming !== null) {
          this.#push(owner.incoming, event.data);
          if (event.endStream) this.#complete(owner, null);
        }
        break;
      case 'response':
      case 'informational':
        owner?.receive?.(event);
        break;
      case 'trailers':
        // As on HTTP/1.1 (RFC 9110 section 6.5.1).
        this.#complete(
          owner,
          event.headers.filter(([name]) => !isForbiddenTrailer(name)),
        );
        break;
      case 'reset':
        owner?.reset(event);
        break;
      case 'window':
        if (event.streamId !== 0) owner?.sender?.resume();
        else for (const { sender } of this.#owners.values()) sender?.resume();
        break;
      case 'priority':
        owner?.prioritise?.(event.urgency);
        break;
    }
  }

  /** All that one read brought was received. */
  settle(): void {
    for (const body of this.#touched.splice(0)) body.settle();
  }

  /** Nothing can be sent any more. */
  stopUploads(reason: unknown): void {
    for (const owner of this.#owners.values()) owner.stopUpload?.(reason);
  }

  /** Their connection is gone, but for those that are spared. Whether there was one to lose. */
  lose(reason: unknown, spares?: (owner: Http2Owner, id: number) => boolean): boolean {
    let any = false;
    for (const [id, owner] of [...this.#owners]) {
      if (spares?.(owner, id) || !this.#owners.delete(id)) continue;
      any = true;
      owner.lose(reason);
    }
    return any;
  }

  #push(body: ReceivedBody, data: Uint8Array): void {
    body.push(data);
    if (this.#touched[this.#touched.length - 1] !== body) this.#touched.push(body);
  }

  #complete(owner: Http2Owner | undefined, fields: Parameters<ReceivedBody['end']>[0]): void {
    if (!owner?.incoming) return;
    owner.incoming.end(fields);
    this.#touched.push(owner.incoming);
    owner.received?.();
  }
}
