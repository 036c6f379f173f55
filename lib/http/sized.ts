import { BodyCore } from '../body/body-core.ts';
import { contentLength } from './content-length.ts';

/**
 * A body and its length: its own, or the one declared, which a body of unknown length has to keep.
 *
 * @throws TypeError when that is no length, or not the body's.
 */
export function sized<B extends Uint8Array | BodyCore | null>(
  body: B,
  known: number | undefined,
  declared: number | string | undefined,
): { readonly body: B | BodyCore; readonly contentLength: number | undefined } {
  const length = declared === undefined ? known : contentLength(String(declared), known);
  const unchecked = body instanceof BodyCore && known !== length;
  return { body: unchecked ? new BodyCore(body, { byteLength: length }) : body, contentLength: length };
}
