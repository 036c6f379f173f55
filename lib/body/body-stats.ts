/** What a body has done so far. All sizes in bytes. */
export interface BodyStats {
  /** Taken from the source. */
  readonly pulled: number;
  /** Given to the consumer. */
  readonly delivered: number;
  /** Held now: pulled, and neither delivered nor dropped. */
  readonly buffered: number;
  /** The most that was ever held. */
  readonly peakBuffered: number;
  /** Thrown away: by cancel, by an error that came at once, or by a drop policy. */
  readonly dropped: number;
  /** Calls of the source. */
  readonly pulls: number;
  readonly state: BodyState;
}

/** `ended`: the consumer saw the end. `errored`: it saw, or will see at once, an error. */
export type BodyState = 'open' | 'ended' | 'errored' | 'cancelled';
