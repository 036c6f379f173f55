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
  /** HTTP/2. Go x/net/http2 1 MiB and hyper 1 to 5 MiB for the connection, Chromium 15 MiB, Firefox 12 MiB. */
  connectionBudget: 16_777_216,
  /** HTTP/2. hyper's adaptive window goes up to 16 MiB, Chromium's stream window is 6 MiB. */
  maxWindow: 8_388_608,
  /** HTTP/2. nginx and Apache 128 and 100, hyper 200, Go 250. */
  maxConcurrentStreams: 128,
  /** HTTP/2. RFC 9113's least, and what most others take. */
  maxFrameSize: 16_384,
  /** hyper 20 s, Go x/net/http2 15 s. */
  pingTimeout: 20_000,
} as const;
