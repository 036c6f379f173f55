import { cannot } from '../errors/cannot.ts';
import { body } from './body.ts';
import type { BodyLike } from './body-like.ts';
import type { BodyOptions } from './body-options.ts';
import type { BodyStream } from './body-stream.ts';
import { coreOf } from './core-of.ts';
import { keptBody } from './message-body.ts';

/**
 * The body of a Request or Response of any brand, with its length and trailers. A null body is empty. It follows the
 * message, not the stream's identity: a body that Sluice gave or was given keeps what it knows. The length of a foreign
 * message is its `content-length`, unless the runtime's `fetch` has already undone a content-encoding, or may have.
 *
 * @throws TypeError when the body was already read or is locked. The stream errors with LengthMismatchError
 *   (`ERR_LENGTH_MISMATCH`) when the body is not as long as its message said.
 * @see RFC 9110 section 8.6
 * @example
 * ```ts
 * import { bodyOf, bytes } from 'sluice';
 *
 * const response = new Response('hello', { headers: { 'content-length': '5' } });
 * const stream = bodyOf(response);
 * console.log(stream.byteLength, (await bytes(stream)).length); // 5 5
 * ```
 */
export function bodyOf(message: Request | Response, options: BodyOptions = {}): BodyStream {
  if (!Object(message).headers) throw cannot('read a body', 'it must be of a Request or Response', message);
  const kept = keptBody(message);
  const from = kept === undefined ? carried(message) : kept;
  if (from === null) return body('', options);
  if (message.bodyUsed) throw cannot('read a body', 'its message must not be used', message);
  const { byteLength = coreOf(from) ? undefined : declaredLength(message) } = options;
  return body(from, { ...options, byteLength });
}

function carried(message: Request | Response): BodyLike | null {
  const stream = message.body as Response['body'] | undefined;
  if (stream !== undefined) return stream;
  // Firefox has no `Request.body`: what it holds comes as a whole.
  const { method } = message as Request;
  if (method === 'GET' || method === 'HEAD') return null;
  return async function* () {
    yield new Uint8Array(await message.arrayBuffer());
  };
}

function declaredLength(message: Request | Response): number | undefined {
  const fetched = 'status' in message && message.url !== '';
  // What comes from another origin hides its content-encoding, and not its content-length (Fetch section 3.3.2).
  if (fetched && (message.headers.has('content-encoding') || message.type === 'cors')) return undefined;
  const value = message.headers.get('content-length') ?? '';
  const length = Number(value);
  return /^\d+$/.test(value) && Number.isSafeInteger(length) ? length : undefined;
}
