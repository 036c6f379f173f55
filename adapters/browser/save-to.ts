import type { BodyLike } from '../../lib/body/body-like.ts';
import { cancelQuietly } from '../../lib/body/cancel-quietly.ts';
import { checkSignal } from '../../lib/body/check-signal.ts';
import { coreFrom } from '../../lib/body/core-from.ts';
import { onAbort } from '../../lib/body/on-abort.ts';
import { cannot } from '../../lib/errors/cannot.ts';
import { unlessAborted } from '../shared/unless-aborted.ts';

/** A FileSystemFileHandle: a file that the user picked, or one of the origin private file system. */
export interface FileHandleLike {
  createWritable?(): Promise<FileWritable>;
  /** In workers only; what Safari has for the origin private file system. */
  createSyncAccessHandle?(): Promise<SyncHandle>;
}

/** What `createWritable()` gives: the file changes when it is closed. */
export interface FileWritable {
  getWriter(): {
    write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
  };
}

/** What `createSyncAccessHandle()` gives. */
export interface SyncHandle {
  write(chunk: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export interface SaveToOptions {
  /** Aborting stops the body and leaves the file as it was. */
  signal?: AbortSignal | undefined;
}

interface Sink {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> | void;
  close(): Promise<void> | void;
  abort(reason: unknown): Promise<void> | void;
}

/**
 * Writes a body to a file, a chunk at a time: the next is pulled when the one before is written. A body that fails leaves the
 * file as it was (or empty, where only `createSyncAccessHandle` is there); a file that fails cancels the body.
 *
 * @returns The bytes written.
 * @throws What the body, the file or the signal failed with. TypeError when the handle can not be written.
 * @see https://fs.spec.whatwg.org/#api-filesystemfilehandle
 * @example
 * ```ts browser
 * import { saveTo } from 'sluice/browser';
 *
 * const folder = await navigator.storage.getDirectory();
 * const handle = await folder.getFileHandle('greeting.txt', { create: true });
 * console.log(await saveTo('hello', handle)); // 5
 * console.log(await (await handle.getFile()).text()); // hello
 * ```
 */
export async function saveTo(
  from: BodyLike,
  handle: FileHandleLike,
  options: SaveToOptions = {},
): Promise<number> {
  const { signal } = options;
  checkSignal(signal);
  const core = coreFrom(from);
  const stop = onAbort(signal, (reason) => core.abort(reason));
  let sink: Sink | undefined;
  try {
    // A page may have to ask its user first.
    sink = await unlessAborted(open(handle), signal, (late) => void abandon(late, signal?.reason));
    for (;;) {
      const chunk = await core.pull();
      if (chunk === null) break;
      await sink.write(chunk as Uint8Array<ArrayBuffer>);
    }
    await sink.close();
    return core.stats.delivered;
  } catch (error) {
    cancelQuietly(core, error);
    if (sink) await abandon(sink, error);
    throw error;
  } finally {
    stop();
  }
}

async function abandon(sink: Sink, reason: unknown): Promise<void> {
  try {
    await sink.abort(reason);
  } catch {
    // The reason is told already.
  }
}

async function open(handle: FileHandleLike): Promise<Sink> {
  if (handle?.createWritable) return (await handle.createWritable()).getWriter();
  const file = await handle?.createSyncAccessHandle?.();
  if (!file) throw cannot('save a body', 'the handle must be that of a file that can be written', handle);
  file.truncate(0);
  let at = 0;
  return {
    write(chunk) {
      for (let done = 0; done < chunk.byteLength; ) {
        const written = file.write(chunk.subarray(done), { at });
        done += written;
        at += written;
      }
    },
    close() {
      file.flush();
      file.close();
    },
    abort() {
      file.truncate(0);
      file.close();
    },
  };
}
