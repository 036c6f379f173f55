import { BodyCore } from '../../lib/body/body-core.ts';
import type { BodyLike } from '../../lib/body/body-like.ts';
import { BodyStream } from '../../lib/body/body-stream.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { checkBytes } from '../../lib/body/check-bytes.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { LimitExceededError } from '../../lib/errors/limit-exceeded-error.ts';

/** A body that was to be streamed may be of any length: it is not gathered without end. */
const defaultLimit = 67_108_864;

export interface UploadOptions extends Omit<RequestInit, 'body'> {
  /** The most bytes to hold in memory where the browser can't stream. Default 64 MiB. */
  limit?: number | undefined;
}

export interface Uploaded {
  readonly response: Response;
  /** Whether the body was sent as it was made; else all of it was in memory first. */
  readonly streamed: boolean;
}

/**
 * Sends a body with `fetch`: as a stream where the browser can (today Chromium, over HTTP/2 and later), else as a Blob, and
 * says which. A body that was begun as a stream is sent as a Blob only while nothing of it has been pulled. Whatever the
 * upload fails with cancels the body.
 *
 * @param options As for `fetch`; the method is POST where none is given. `limit` in bytes.
 * @throws What `fetch` or the body failed with. LimitExceededError (`ERR_LIMIT_EXCEEDED`) when a body that can't be streamed
 *   is longer than `limit`: a declared length before any pull. TypeError or RangeError for a limit out of range.
 * @see https://fetch.spec.whatwg.org/#dom-requestinit-duplex
 */
export async function upload(
  input: Parameters<typeof fetch>[0],
  from: BodyLike,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { limit = defaultLimit, ...init } = { method: 'POST', ...options };
  checkBytes(limit, 'limit');
  // Not all that fetch refuses or takes as a Blob hears of its signal before.
  const core = new BodyCore(coreFrom(from), { signal: init.signal ?? undefined });
  try {
    if (canStream()) {
      const body = new BodyStream({
        pull: (demand) => core.pull(demand),
        cancel: (reason) => core.cancel(reason),
      });
      try {
        const response = await fetch(input, { ...init, body, duplex: 'half' } as RequestInit);
        return { response, streamed: true };
      } catch (error) {
        // Chromium refuses streams over HTTP/1.1, before it reads.
        if (init.signal?.aborted || core.stats.pulls > 0 || core.state !== 'open') throw error;
      }
    }
    return { response: await fetch(input, { ...init, body: await blob(core, limit) }), streamed: false };
  } catch (error) {
    cancelQuietly(core, error);
    throw error;
  }
}

async function blob(core: BodyCore, limit: number): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (let bytes = core.byteLength ?? 0; ; bytes = core.stats.delivered) {
    if (bytes > limit) throw new LimitExceededError(limit, bytes);
    const chunk = await core.pull();
    if (chunk === null) return new Blob(parts);
    parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
  }
}

let streams: boolean | undefined;

/** A browser that can't stream makes text of the body, with a type, and never asks for `duplex`. */
function canStream(): boolean {
  if (streams === undefined) {
    let asked = false;
    const init = {
      method: 'POST',
      body: new ReadableStream(),
      get duplex() {
        asked = true;
        return 'half';
      },
    };
    try {
      streams = !new Request('https://localhost/', init).headers.has('content-type') && asked;
    } catch {
      streams = false;
    }
  }
  return streams;
}
