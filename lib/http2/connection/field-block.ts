/** A field block under way: RFC 9113 section 6.10 lets nothing else come between its frames. */
export interface FieldBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  /** Its HEADERS made the stream depend on itself. */
  readonly selfDependent: boolean;
  /** The fragments so far, joined. */
  content: Uint8Array;
  continuations: number;
}
