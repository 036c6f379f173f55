// The payloads of our own PINGs, one character an octet. `ping()` of `sluice/http2` refuses them.

/** Measures the round trip. */
export const BDP = 'sluice\0\x01';
/** Shows that the first GOAWAY of a graceful end has arrived. */
export const SHUTDOWN = 'sluice\0\x02';
