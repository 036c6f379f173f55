import { utf8 } from '../bytes/utf8.ts';
import { cannot } from '../errors/cannot.ts';
import { each } from './each.ts';
import type { Operator } from './operator.ts';

/** One message of a `text/event-stream`. */
export interface SseEvent {
  /** The type it is dispatched as. Default `message`. */
  event?: string | undefined;
  /** The text; it may have many lines. */
  data: string;
  /** The last event id from here on. */
  id?: string | undefined;
  /** Milliseconds to wait before the next connection. */
  retry?: number | undefined;
}

/**
 * Encodes server-sent events: a chunk for each, to send as `text/event-stream`. Every kind of line break in `data` arrives
 * as LF.
 *
 * @throws The stream errors with TypeError, and the source is cancelled with it, for an event that can't be sent: `data`
 *   that is no text, an `event` or `id` with a line break in it, an `id` with NUL, a `retry` that is no whole number.
 * @see WHATWG HTML section 9.2 (server-sent events), https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @example
 * ```ts
 * import { encodeSse, pipe } from 'sluice';
 *
 * const events = pipe([{ event: 'token', data: 'a\nb', id: '7' }], encodeSse());
 * console.log(await new Response(events).text()); // event: token id: 7 data: a data: b
 * ```
 */
export function encodeSse(): Operator<SseEvent, Uint8Array> {
  return (source) => each(source, encode, { kind: undefined });
}

function encode(message: SseEvent): Uint8Array {
  if (typeof message?.data !== 'string')
    throw cannot('encode an event', 'its data must be text', message?.data);
  const { event, data, id, retry } = message;
  if (retry !== undefined && !(Number.isSafeInteger(retry) && retry >= 0))
    throw cannot('encode an event', 'retry must be whole milliseconds', retry);
  const block =
    field('event', event, /[\r\n]/) +
    field('id', id, /[\r\n\0]/) +
    (retry === undefined ? '' : `retry: ${retry}\n`);
  return utf8(`${block}data: ${data.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`);
}

function field(name: string, value: string | undefined, forbidden: RegExp): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && !forbidden.test(value)) return `${name}: ${value}\n`;
  throw cannot('encode an event', `its ${name} must be text on one line, without NUL`, value);
}
