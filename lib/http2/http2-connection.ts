import { latin1 } from '../bytes/latin1.ts';
import { cannot } from '../errors/cannot.ts';
import { checkOptions } from './check-options.ts';
import { Http2Connection as Methods } from './connection/http2-connection.ts';
import type { Http2Options } from './connection/http2-options.ts';
import type { Header } from './header.ts';
import type { Http2SendEvent } from './http2-send-event.ts';

type Senders = {
  readonly [T in Http2SendEvent['type']]: (
    connection: Http2Connection,
    event: Extract<Http2SendEvent, { type: T }>,
  ) => void;
};

/** The pseudo-header fields that are given, then the others. */
function fields(
  pseudo: Readonly<Record<string, string | undefined>>,
  others: readonly Header[] = [],
): Header[] {
  const list: Header[] = [];
  for (const [name, value] of Object.entries(pseudo)) if (value) list.push([`:${name}`, value]);
  return list.concat(others);
}

const SENDERS: Senders = {
  settings(connection) {
    connection.initiate();
  },
  request(connection, { method, scheme, authority, path, protocol, headers, endStream = false }) {
    const list = fields({ method, scheme, authority, path, protocol }, headers);
    connection.lastStreamId = connection.openStream(list, endStream);
  },
  response(connection, { streamId, status, headers, endStream = false }) {
    connection.sendHeaders(streamId, fields({ status: `${status}` }, headers), endStream);
  },
  informational(connection, { streamId, status, headers }) {
    connection.sendInformational(streamId, fields({ status: `${status}` }, headers));
  },
  data(connection, { streamId, data, endStream = false }) {
    const room = connection.sendable(streamId);
    const live = connection.state(streamId) !== undefined;
    if (live && data.byteLength > room)
      throw new RangeError(
        `Cannot send data as it must fit the windows (${room} bytes): received ${data.byteLength}`,
      );
    connection.sendData(streamId, data, endStream);
  },
  trailers(connection, { streamId, headers }) {
    connection.sendTrailers(streamId, headers);
  },
  reset(connection, { streamId, errorCode }) {
    connection.reset(streamId, errorCode);
  },
  window(connection, { streamId, bytes }) {
    connection.consumed(streamId, bytes);
  },
  ping(connection, { opaque }) {
    connection.ping(opaque);
  },
  goaway(connection, { errorCode, debug }) {
    connection.goAway(errorCode, debug);
  },
};

/**
 * One HTTP/2 connection (RFC 9113), either side, in the manner of python's h2: `receive(bytes)` gives events, `send(event)` gives bytes. No I/O and no clock.
 * What `send` does each by its type, the methods do by their names; the drivers use those, and `take()`.
 *
 * @example
 * ```ts
 * import { Http2Connection } from 'sluice/http2';
 *
 * const client = new Http2Connection({ role: 'client' });
 * const server = new Http2Connection({ role: 'server' });
 * const [preface] = client.send({ type: 'settings' });
 * const [settings] = server.send({ type: 'settings' });
 * server.receive(preface ?? new Uint8Array(0));
 * client.receive(settings ?? new Uint8Array(0));
 *
 * for (const bytes of client.send({ type: 'request', method: 'GET', scheme: 'http', authority: 'a', path: '/', endStream: true }))
 *   for (const event of server.receive(bytes))
 *     if (event.type === 'request') console.log(event.streamId, event.path); // 1 /
 * for (const bytes of server.send({ type: 'response', streamId: 1, status: 204, endStream: true }))
 *   for (const event of client.receive(bytes)) if (event.type === 'response') console.log(event.status); // 204
 * ```
 */
export class Http2Connection extends Methods {
  /** Client: the stream that the last `request` opened; 0 before. */
  lastStreamId = 0;
  readonly #role: Http2Options['role'];
  #begun = false;

  /** @throws TypeError, RangeError for options that can't be. */
  constructor(options: Http2Options) {
    super(checkOptions(options));
    this.#role = options.role;
  }

  override initiate(): void {
    if (this.#begun) throw cannot("send 'settings'", 'it must be once', 'another');
    this.#begun = true;
    super.initiate();
  }

  /** Sends a PING; a `pong` event answers it. @param opaque - Eight bytes; not those of our own PINGs, which begin with "sluice" and a zero. @throws {RangeError} For others. */
  override ping(opaque: Uint8Array): void {
    if (opaque.byteLength !== 8 || latin1(opaque).startsWith('sluice\0'))
      throw cannot('ping', 'it must be 8 bytes, not ours', `${opaque}`, RangeError);
    super.ping(opaque);
  }

  /**
   * What goes out for an event of ours, and what else is due: acknowledgements, credit. After `receive` alone, `take()` gives that.
   * A body is not counted against the content-length that its head declares.
   * Events for a stream that is gone send nothing of their own, as the peer's reset may have crossed them.
   * @returns The pieces to write, in order. They are the caller's; large DATA is the view that was given.
   * @throws {TypeError} For a head or trailers that cannot be sent, and for what is out of turn.
   * @throws {RangeError} For data over the windows (see `sendable`), a `window` over what is unread, and a `ping` that is not eight bytes.
   * @throws {RefusedError} `ERR_REFUSED`: a `request` when not `canOpen`.
   */
  send(event: Http2SendEvent): Uint8Array[] {
    const { type } = event;
    const send = SENDERS[type] as ((connection: Http2Connection, event: Http2SendEvent) => void) | undefined;
    if (!send) throw cannot('send an event', 'its type must be one that can be sent', type);
    if (this.#role === 'client' && (type === 'response' || type === 'informational'))
      throw cannot(`send a ${type}`, "the role must be 'server'", this.#role);
    if (!this.#begun && type !== 'settings') throw cannot(`send a ${type}`, "'settings' must be first", type);
    send(this, event);
    return this.take();
  }
}
