import { deferred } from '../../lib/body/deferred.ts';
import type { Transport } from '../../lib/http/mod.ts';

/** Gives what it is made with, where it `waits` after the first write; then nothing until it is lost, by a read or (`tell`) by `closed`. The reader owns what it gets. */
export function givingTransport(
  waits: boolean,
  ...given: Uint8Array[]
): Transport & {
  lose(error: Error): void;
  tell(error: Error): void;
} {
  const lost = deferred<null>();
  const closed = deferred<void>();
  const written = deferred<void>();
  for (const { promise } of [lost, closed]) promise.catch(() => {});
  const next = (): Uint8Array | Promise<null> => given.shift() ?? lost.promise;
  return {
    read: () => (waits ? written.promise.then(next) : next()),
    write: () => written.resolve(),
    close: async () => {},
    abort: (reason) => lost.reject(reason),
    closed: closed.promise,
    lose: (error) => lost.reject(error),
    tell: (error) => closed.reject(error),
  };
}

export const sizedHead = (start: string): Uint8Array =>
  new TextEncoder().encode(`${start}\r\nhost: a\r\ncontent-length: 100000\r\n\r\n`);
