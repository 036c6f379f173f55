import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { LimitExceededError } from '../errors/limit-exceeded-error.ts';
import { more, type Output } from './convert.ts';

/** The most bytes that are decoded at once, so that a huge chunk is not there a second time as text. */
const largest = 65_536;

const lf = 10;
const cr = 13;

export interface LineSplitter {
  /** Takes bytes, null at their end, and gives the first line. */
  step(chunk: Uint8Array | null): Output<string>;
  /** The next line of what was put in. */
  rest(): Output<string>;
}

/** Bytes in, lines out. A line that is too long is an error, which comes after the lines before it. */
export function lineSplitter(maxBytes: number): LineSplitter {
  const windowSize = Math.min(largest, maxBytes || 1);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The start of a line, copied. */
  const start = new ByteBuffer(maxBytes + 1);
  /** What is left of the chunk in hand. */
  let left: Uint8Array = new Uint8Array(0);
  let lines: string[] = [];
  let at = 0;
  let first = true;
  let failure: LimitExceededError | undefined;

  /** The start of a line, and bytes up to the end of that one or a later one. */
  const decode = (bytes: Uint8Array): void => {
    const held = start.byteLength;
    if (held) start.append(bytes);
    const text = decoder.decode(held ? start.take() : bytes);
    lines = (first ? text.replace(/^\uFEFF/, '') : text).split('\n');
    first = false;
    at = 0;
  };
  /** Where the lines of a part end, of which only the first can be too long: what follows is shorter than a line may be. */
  const endOf = (part: Uint8Array): number => {
    const held = start.byteLength;
    const found = part.indexOf(lf);
    const end = found < 0 ? part.byteLength : found;
    const last = end ? part[end - 1] : start.bytes[held - 1];
    if (held + end - Number(last === cr) > maxBytes) failure = new LimitExceededError(maxBytes, held + end);
    return failure ? 0 : part.lastIndexOf(lf) + 1;
  };
  const rest = (): Output<string> => {
    for (;;) {
      const line = lines[at++];
      if (line !== undefined) {
        if (at < lines.length) return line.endsWith('\r') ? line.slice(0, -1) : line;
        // What is left at the end is a line if there is something in it.
        if (line) return line;
      } else if (failure) throw failure;
      else if (left.byteLength) {
        const part = left.subarray(0, windowSize);
        left = left.subarray(part.byteLength);
        const end = endOf(part);
        if (end) decode(part.subarray(0, end));
        if (!failure) start.append(part.subarray(end));
      } else return more;
    }
  };
  return {
    rest,
    step(chunk) {
      if (chunk) left = chunk;
      // A CR that no LF follows is part of its line.
      else if (start.byteLength > maxBytes) failure = new LimitExceededError(maxBytes, start.byteLength);
      else if (start.byteLength) decode(new Uint8Array(0));
      return rest();
    },
  };
}
