import { BodyStream } from '../body/body-stream.ts';
import { deferred } from '../body/deferred.ts';
import { isPromise } from '../body/is-promise.ts';
import type { RequestEvent } from '../http1/events.ts';
import { writeResponseHead } from '../http1/write-response-head.ts';
import type { HandlerInfo } from './handler.ts';
import type { Http1Input } from './http1-input.ts';
import { lossOf } from './loss-of.ts';
import type { Output } from './output.ts';
import type { Upgrade } from './serve-options.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Duplex, Transport } from './transport.ts';

interface Tunnelled {
  readonly io: Transport;
  readonly input: Http1Input;
  readonly output: Output;
  readonly settings: ServerSettings;
}

/**
 * Asks whether a CONNECT or an upgrade is agreed to, and if so gives the connection away (RFC 9110 sections 7.8 and 9.3.6).
 *
 * @returns 'taken' once both directions are over; a Response that refuses; undefined for the server to decide.
 */
export async function handOver(
  server: Tunnelled,
  head: RequestEvent,
  request: Request,
  info: HandlerInfo,
): Promise<'taken' | Response | undefined> {
  const { io, input, output, settings } = server;
  const connect = head.form === 'authority';
  const decision = await (connect ? settings.onConnect : settings.onUpgrade)?.(request, info);
  if (decision === undefined || decision === null) return undefined;
  if (typeof decision !== 'function' && !('start' in decision)) return decision;
  const upgrade: Upgrade = typeof decision === 'function' ? { start: decision } : decision;
  const headers: string[] = [];
  new settings.fetchAPI.Headers(upgrade.headers).forEach((value, name) => {
    headers.push(name, value);
  });
  if (!connect)
    headers.push('connection', 'upgrade', 'upgrade', upgrade.protocol ?? head.upgrade?.split(',')[0] ?? '');
  output.add(writeResponseHead({ status: connect ? 200 : 101, headers }));
  await output.flush();
  const { duplex, over } = tunnel(io, input);
  await upgrade.start(duplex);
  await over;
  return 'taken';
}

/** What is left of a connection when HTTP is over, from the first byte that HTTP did not use. */
function tunnel(io: Transport, input: Http1Input): { duplex: Duplex; over: Promise<unknown> } {
  const received = deferred<void>();
  const sent = deferred<void>();
  const pull = (): Uint8Array | null | Promise<Uint8Array | null> => {
    const chunk = input.takeUnused();
    if (chunk !== null) return chunk;
    if (input.failure !== null) {
      received.resolve();
      throw lossOf(input.failure.error);
    }
    if (input.eof) {
      received.resolve();
      return null;
    }
    const filled = input.fill();
    return isPromise(filled) ? filled.then(pull) : pull();
  };
  const readable = new BodyStream({ pull, cancel: () => received.resolve() }, { type: 'bytes' });
  const writable = new WritableStream<Uint8Array>(
    {
      write: (chunk) => io.write([chunk]),
      close: () => io.close().finally(() => sent.resolve()),
      abort(reason) {
        sent.resolve();
        received.resolve();
        io.abort(reason);
      },
    },
    { highWaterMark: 1 },
  );
  return { duplex: { readable, writable }, over: Promise.all([received.promise, sent.promise]) };
}
