/** The codes of every error that Sluice itself raises. Match errors by `code`, not by class: classes differ across realms. */
export type SluiceErrorCode =
  | 'ERR_LIMIT_EXCEEDED'
  | 'ERR_LENGTH_MISMATCH'
  | 'ERR_IDLE_TIMEOUT'
  | 'ERR_STALL_TIMEOUT'
  | 'ERR_DEADLINE'
  | 'ERR_CLOSED'
  | 'ERR_PROTOCOL'
  | 'ERR_STREAM_RESET'
  | 'ERR_CONNECTION_LOST'
  | 'ERR_REFUSED';

/** The base of all errors that Sluice raises. Mistakes of the caller are `TypeError` and `RangeError` instead. */
export class SluiceError extends Error {
  declare readonly code: SluiceErrorCode;

  /** `fields` are what the class adds: its name, what it knows, and the `cause`. */
  constructor(code: SluiceErrorCode, message: string, fields?: Record<string, unknown>) {
    super(message, fields);
    Object.assign(this, { name: 'SluiceError', code }, fields);
  }
}
