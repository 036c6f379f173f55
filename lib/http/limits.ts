/** The defaults of the drivers, each with its precedents. Sizes are bytes, times milliseconds. */
export const HTTP_LIMITS = {
  /** node:http2 and browsers' first windows 64 KiB, Go net/http 4 KiB and 1 MiB, hyper up to 408 KiB on HTTP/1.1. */
  highWaterMark: 65_536,
  /** Go net/http (ReadHeaderTimeout) off, hyper 30 s, nginx 60 s, node:http 60 s. */
  headersTimeout: 30_000,
  /** node:http 5 s, Apache 5 s, nginx 75 s. */
  keepAliveTimeout: 5_000,
  /** Go net/http reads 256 KiB after the reply, nginx drops for 5 s at a time, hyper one read. */
  drainLimit: 65_536,
  /** Go net/http 500 ms, Apache 2 s, nginx 5 s. */
  drainTimeout: 1_000,
} as const;
