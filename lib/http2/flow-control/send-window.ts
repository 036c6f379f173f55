/** What we may send, on a stream or on the connection (RFC 9113 section 6.9). */
export interface SendWindow {
  /** Bytes. Below zero after the peer's SETTINGS_INITIAL_WINDOW_SIZE shrank (section 6.9.2). */
  available: number;
}
