/** The payloads of our own PINGs, one character an octet. `ping()` refuses them. */
export const OwnPing = {
  /** Measures the round trip. */
  BDP: 'sluice\0\x01',
  /** Shows that the first GOAWAY of a graceful end has arrived. */
  SHUTDOWN: 'sluice\0\x02',
} as const;
