import { ignore } from '../body/ignore.ts';
import type { Transport } from './transport.ts';
import type { WriteSettings } from './transport-writer.ts';
import { writeDeadline } from './write-deadline.ts';

/**
 * Writes what is left and half-closes: the peer is to do so too, in a time that `drain` begins. It may take its own for what
 * was written, where the last of that still waits here.
 *
 * @param owing Whether something waits.
 * @param late The peer took longer than `writeTimeout` for it.
 * @returns Once all is with the peer, or can't be.
 */
export function halfClose(
  io: Transport,
  owing: boolean,
  { clock, writeTimeout }: WriteSettings,
  drain: () => void,
  late: (error: unknown) => void,
): Promise<void> {
  const flushed = io.close().catch(ignore);
  if (owing) {
    writeDeadline(flushed, clock, writeTimeout, late);
    flushed.then(drain);
  } else drain();
  return flushed;
}
