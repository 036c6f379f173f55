import type { Clock } from '../body/clock.ts';
import { BodyTimeoutError } from '../errors/body-timeout-error.ts';

/** Tells when the transport has not taken a write within `timeout` ms. Undefined: it has any time. */
export function writeDeadline(
  taken: Promise<void>,
  clock: Clock,
  timeout: number | undefined,
  late: (error: BodyTimeoutError) => void,
): void {
  if (timeout === undefined) return;
  const timer = clock.setTimeout(() => late(new BodyTimeoutError('ERR_STALL_TIMEOUT', timeout)), timeout);
  const clear = (): void => clock.clearTimeout(timer);
  taken.then(clear, clear);
}
