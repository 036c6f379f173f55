import { Http1Connection } from '../../lib/http1/connection.ts';
import type { Event } from '../../lib/http1/events.ts';
import type { Http1Limits } from '../../lib/http1/limits.ts';
import type { SentRequest } from '../../lib/http1/receiver.ts';

/** One message as the events told it; `head` is the request or response event without its type. */
export interface Message {
  head: Record<string, unknown>;
  interim: Record<string, unknown>[];
  body: string;
  trailers: readonly string[] | null;
}

export interface Outcome {
  /** Complete messages. */
  messages: Message[];
  /** A message whose head came and whose end did not. */
  partial: Message | null;
  error: { message: string; status: number | undefined; offset: number | undefined } | null;
  closed: boolean;
  state: string;
  reusable: boolean;
  /** Bytes that no message used. */
  rest: string;
}

export interface RunOptions {
  role: 'server' | 'client';
  request?: SentRequest;
  eof?: boolean;
  limits?: Partial<Http1Limits>;
  /** Stop after so many messages (a server; a client reads one). */
  messages?: number;
}

export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function toText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i += 4096)
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + 4096)));
  return text;
}

function broken(law: string): never {
  throw new Error(`broken law: ${law}`);
}

/** Cuts bytes into pieces of `size`. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.slice(i, i + size));
  return pieces;
}

const EMPTY = (): Message => ({ head: {}, interim: [], body: '', trailers: null });

/** Feeds pieces to a connection and checks the order and the offsets of its events. */
export function run(pieces: readonly Uint8Array[], options: RunOptions): Outcome {
  const connection = new Http1Connection({ role: options.role, ...options.limits });
  const most = options.role === 'client' ? 1 : (options.messages ?? Number.POSITIVE_INFINITY);
  const messages: Message[] = [];
  let current = EMPTY();
  let headed = false;
  let over = false;
  let rest = '';
  let error: Outcome['error'] = null;
  let closed = false;

  function take(events: Event[], input: Uint8Array | null, offset: number): void {
    let data = false;
    for (const event of events) {
      if (over) broken(`${event.type} after the last event`);
      const { type, ...fields } = event as Event & Record<string, unknown>;
      if (event.type === 'request' || event.type === 'response') {
        if (headed) broken('two heads');
        headed = true;
        current.head = fields;
      } else if (event.type === 'informational') {
        if (headed) broken('an interim response after the final one');
        current.interim.push(fields);
      } else if (event.type === 'data') {
        if (!headed || data || input === null) broken('data out of order');
        data = true;
        let last = offset;
        if (event.offsets.length === 0 || event.offsets.length % 2 !== 0) broken('odd offsets');
        for (let i = 0; i < event.offsets.length; i += 2) {
          const [start, end] = [event.offsets[i] as number, event.offsets[i + 1] as number];
          if (start < last || end <= start || end > connection.consumed) broken('offsets out of range');
          last = end;
          current.body += toText(input as Uint8Array, start, end);
        }
      } else if (event.type === 'end') {
        if (!headed) broken('an end without a head');
        current.trailers = event.trailers;
        messages.push(current);
        current = EMPTY();
        headed = false;
      } else {
        over = true;
        if (event.type === 'error') {
          if (event.error.code !== 'ERR_PROTOCOL' || event.error.scope !== 'connection')
            broken('error fields');
          const { message, statusHint, offset } = event.error;
          error = { message, status: statusHint, offset };
          if ((offset ?? -1) < 0) broken('error offset');
        } else closed = true;
      }
    }
  }

  if (options.role === 'client') connection.next(options.request ?? { method: 'GET' });
  for (const piece of pieces) {
    let offset = 0;
    while (offset < piece.length) {
      const events = connection.receive(piece, offset);
      const { consumed } = connection;
      if (consumed < offset || consumed > piece.length) broken('consumed out of range');
      take(events, piece, offset);
      if (connection.state === 'done' && messages.length < most && connection.reusable) connection.next();
      else if (consumed < piece.length) {
        rest += toText(piece, consumed, piece.length);
        break;
      } else if (over && events.length === 0 && consumed !== piece.length)
        broken('bytes taken after the last event');
      if (consumed === offset && events.length === 0) broken('no progress');
      offset = consumed;
    }
  }
  if (options.eof) take(connection.receive(null), null, 0);
  const { state, reusable } = connection;
  return {
    messages,
    partial: headed || current.interim.length > 0 ? current : null,
    error,
    closed,
    state,
    reusable,
    rest,
  };
}
