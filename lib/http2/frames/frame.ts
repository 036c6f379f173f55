/** A frame, or a piece of a DATA frame. The reader has one object and changes it at each `next()`. */
export interface Frame {
  type: number;
  flags: number;
  /** Without the reserved bit. */
  streamId: number;
  /** Octets of payload on the wire, padding included: what flow control charges (RFC 9113 section 6.9.1). */
  length: number;
  /** Of `length`, how many are padding, with the octet that gives its length. DATA and HEADERS. */
  padding: number;
  /** DATA: what arrived of the data, a view of the input. Others: the whole payload. Both without the padding. Empty for unknown types. */
  payload: Uint8Array;
  /** The first piece of its frame: charge `length` now. */
  first: boolean;
  /** The last piece of its frame: END_STREAM holds now. */
  last: boolean;
}
