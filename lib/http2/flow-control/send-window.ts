const MAX_WINDOW = 0x7fffffff;

/** What we may send, on a stream or on the connection (RFC 9113 section 6.9). */
export class SendWindow {
  /** Bytes. Below zero after the peer's SETTINGS_INITIAL_WINDOW_SIZE shrank (section 6.9.2). */
  available: number;

  /** @param initial - Bytes. */
  constructor(initial: number) {
    this.available = initial;
  }

  /**
   * WINDOW_UPDATE, or a change of SETTINGS_INITIAL_WINDOW_SIZE.
   * @returns false when the window passes 2^31-1: a FLOW_CONTROL_ERROR (section 6.9.1). Nothing was changed then.
   */
  add(bytes: number): boolean {
    if (this.available + bytes > MAX_WINDOW) return false;
    this.available += bytes;
    return true;
  }
}
