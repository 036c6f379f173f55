import { SluiceError } from './sluice-error.ts';

const reasons = {
  ERR_IDLE_TIMEOUT: 'No data came while a read waited',
  ERR_STALL_TIMEOUT: 'The body stalled',
  ERR_DEADLINE: 'The body was not complete in time',
} as const;

/** A timed operator or limit ran out. `timeout` is in milliseconds. */
export class BodyTimeoutError extends SluiceError {
  declare readonly timeout: number;

  constructor(code: keyof typeof reasons, timeout: number) {
    super(code, `${reasons[code]}: ${timeout} ms`, { name: 'TimeoutError', timeout });
  }
}
