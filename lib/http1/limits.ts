/** How much a peer may send before it is refused. Sizes are bytes. None of them depends on how the bytes were segmented. */
export interface Http1Limits {
  /** A head, from the first byte of its start line to its last CRLF. */
  readonly maxHeaderBytes: number;
  /** Field lines in one head or one trailer section. */
  readonly maxHeaderCount: number;
  /** The trailer section, with its last CRLF. */
  readonly maxTrailerBytes: number;
  /** Interim (1xx) responses before one final response. */
  readonly maxInformational: number;
  /** One chunk-size line, with its extensions and its CRLF. */
  readonly maxChunkLineBytes: number;
  /** Chunk extensions over one body; every byte of payload received adds one more. */
  readonly maxChunkExtensionBytes: number;
}

/** The limits that hold where the caller names none. */
export const HTTP1_LIMITS: Http1Limits = {
  // node:http 16 KiB, h11 16 KiB, nginx 4 x 8 KiB, hyper 408 KiB.
  maxHeaderBytes: 16 * 1024,
  // hyper 100, Apache 100, node:http 2000.
  maxHeaderCount: 128,
  // Apache counts trailers as a head (8 KiB a line), node:http 16 KiB.
  maxTrailerBytes: 8 * 1024,
  // Go net/http bounds them by bytes, libcurl by 1 MiB of heads; nobody sends more than a few.
  maxInformational: 16,
  // Go net/http 4 KiB a line.
  maxChunkLineBytes: 4 * 1024,
  // node:http and hyper 16 KiB; Go net/http 16 KiB and twice the payload.
  maxChunkExtensionBytes: 16 * 1024,
};
