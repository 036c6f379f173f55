/**
 * One receive window, of a stream or of the connection (RFC 9113 section 6.9). All numbers are bytes.
 *
 * Law: `outstanding + unread <= target`, always, but for what a shrunk policy has still to get back by reading.
 */
export interface ReceiveWindow {
  /** What the peer may still send. Negative when our SETTINGS took more away than was left. */
  outstanding: number;
  /** Received and neither consumed nor discarded. */
  unread: number;
  /** What `outstanding + unread` is brought back to by credit. */
  target: number;
}
