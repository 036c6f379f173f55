/** The push side of a channel. */
export interface Sender {
  /**
   * Fulfils when the chunk is taken in, in the order of the calls. Text is sent as UTF-8.
   * @throws ClosedError (`ERR_CLOSED`) once the consumer has left or the channel is closed; with `strict`
   *   LimitExceededError (`ERR_LIMIT_EXCEEDED`) when it is full. TypeError at the call for what is neither bytes nor text.
   */
  send(chunk: Uint8Array | string): Promise<void>;
  /** False when the channel is full (or others wait) or closed: nothing was taken. With `drop-oldest` it is never full. */
  trySend(chunk: Uint8Array | string): boolean;
  /**
   * Waits until `bytes` (default 1; at most what the channel holds) fit, and those who called before have had their turn.
   * @throws ClosedError (`ERR_CLOSED`) once the consumer has left or the channel is closed.
   */
  ready(bytes?: number): Promise<void>;
  /** Bytes that fit now; 0 while others wait. */
  readonly capacity: number;
  /** Ends the body after what was sent before, sends that still wait included. Only the first `close` counts. TypeError for trailers that are no Headers. */
  close(trailers?: Headers): void;
  /** What was taken in is delivered, then the body errors with `reason`; sends that still wait reject. */
  abort(reason: unknown): void;
  /** Fulfils when the consumer has seen the end or the error (`reason`), or has left (`cancelled`). Never rejects. */
  readonly closed: Promise<{ cancelled: boolean; reason?: unknown }>;
}
