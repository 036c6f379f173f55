import type { ProtocolError } from '../errors/protocol-error.ts';

/** Finds the bytes of one body in what a connection receives. */
export interface BodyReader {
  /** The whole body was seen. */
  readonly done: boolean;
  /** What ended it instead; no byte is taken after it. */
  readonly error: ProtocolError | null;
  /** Trailer fields, once done; null where there are none. */
  readonly trailers: readonly string[] | null;
  /**
   * Reads `input` from `start` to `end` and pushes the start and the end of every run of body bytes onto `offsets`.
   *
   * @returns The position after the last byte that belongs to the body's framing.
   */
  read(input: Uint8Array, start: number, end: number, offsets: number[]): number;
  /** The peer sends no more: completes a close-delimited body, fails any other that is not done. */
  finish(): void;
}
