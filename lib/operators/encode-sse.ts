import { asChunk } from '../body/as-chunk.ts';
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

/** What the fields are that may stand before the data: their type, and what they can't hold. */
const fields = [
  ['event', 'string', /[\r\n]/, 'text on one line'],
  ['id', 'string', /[\r\n\0]/, 'text on one line, without NUL'],
  ['retry', 'number', /\D/, 'whole milliseconds'],
] as const;

function encode(message: SseEvent): Uint8Array {
  const { data } = Object(message) as SseEvent;
  if (typeof data !== 'string') throw cannot('encode an event', 'its data must be text', data);
  let block = '';
  for (const [name, type, forbidden, must] of fields) {
    const value = message[name];
    if (value === undefined) continue;
    if (typeof value !== type || forbidden.test(String(value)))
      throw cannot('encode an event', `its ${name} must be ${must}`, value);
    block += `${name}: ${value}\n`;
  }
  return asChunk(`${block}data: ${data.replace(/\r\n?|\n/g, '\ndata: ')}\n\n`);
}
