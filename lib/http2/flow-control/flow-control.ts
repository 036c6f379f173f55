import type { ReceiveWindow } from './receive-window.ts';

/** RFC 9113 section 6.9.2: every window before SETTINGS and WINDOW_UPDATE. */
const DEFAULT_WINDOW = 65_535;

/** Sizes, in bytes; `maxConcurrentStreams` is a count. */
export interface FlowControlOptions {
  /** The window of each stream: our SETTINGS_INITIAL_WINDOW_SIZE. */
  readonly highWaterMark: number;
  /** The most that may be unread or on its way, of all streams together. Not below 65,535, which no setting can take back. */
  readonly connectionBudget: number;
  /** How far `grow` lets one stream's target go. */
  readonly maxWindow: number;
  /** Each keeps its `highWaterMark` of the budget in reserve. */
  readonly maxConcurrentStreams: number;
}

/**
 * The receiving side of flow control: what each side may send, and when to give credit. Pure bookkeeping, without frames.
 *
 * - Stream: credit when half of the target or more is owed, or when the peer's window is empty and anything is owed.
 * - Connection: unread bytes and the outstanding window never exceed the budget together.
 *
 * @example
 * ```ts
 * import { FlowControl } from 'sluice/http2';
 *
 * const flow = new FlowControl({ highWaterMark: 65_535, connectionBudget: 1 << 20, maxWindow: 1 << 20, maxConcurrentStreams: 8 });
 * const window = flow.open();
 * flow.receive(flow.connection, 40_000) && flow.receive(window, 40_000); // true: both windows had room
 * flow.consume(window, 40_000);
 * flow.credit(window); // 40000, to be sent as WINDOW_UPDATE
 * ```
 */
export class FlowControl {
  readonly connection: ReceiveWindow;
  readonly #options: FlowControlOptions;
  readonly #windows = new Set<ReceiveWindow>();
  /** What the peer takes for the initial window: the default until it acknowledges our SETTINGS. */
  #initial = DEFAULT_WINDOW;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.connection = {
      outstanding: DEFAULT_WINDOW,
      unread: 0,
      target: Math.max(DEFAULT_WINDOW, options.connectionBudget),
    };
  }

  /** A new stream's window. */
  open(): ReceiveWindow {
    const window = { outstanding: this.#initial, unread: 0, target: this.#initial };
    this.#windows.add(window);
    return window;
  }

  /** The stream is over: no credit any more. What is unread of it stays charged until it is consumed. */
  close(window: ReceiveWindow): void {
    this.#windows.delete(window);
  }

  /** The peer acknowledged our SETTINGS: every window moves by the difference (RFC 9113 section 6.9.2). */
  acknowledge(): void {
    const change = this.#options.highWaterMark - this.#initial;
    this.#initial += change;
    for (const window of this.#windows) {
      window.outstanding += change;
      window.target += change;
    }
  }

  /** Charges a DATA frame, to the connection first, then to its stream. @returns false when the peer had no credit for it. */
  receive(window: ReceiveWindow, bytes: number): boolean {
    // A frame without bytes needs no credit (RFC 9113 section 6.9), also where our SETTINGS left less than none.
    if (bytes > 0 && bytes > window.outstanding) return false;
    window.outstanding -= bytes;
    window.unread += bytes;
    // A grown stream that nobody read for a whole window: its extra goes back to the sum.
    if (window.unread >= window.target && window !== this.connection)
      window.target = Math.min(window.target, this.#initial);
    return true;
  }

  /** The reader took these bytes, or they were dropped. Without a window, they are the connection's only. */
  consume(window: ReceiveWindow | undefined, bytes: number): void {
    this.connection.unread -= bytes;
    if (window !== undefined) window.unread -= bytes;
  }

  /** Bytes that the stream is short of its target. */
  owed(window: ReceiveWindow): number {
    return Math.max(0, window.target - window.outstanding - window.unread);
  }

  /**
   * The WINDOW_UPDATE due, in bytes, now taken as sent; 0 when none is. For the connection it is due when it is at least half
   * of what the peer has left: rarely while there is plenty, early when stalled streams hold the rest.
   */
  credit(window: ReceiveWindow): number {
    const owed = this.owed(window);
    const { outstanding, target } = window;
    const least = window === this.connection ? outstanding : target;
    if (owed * 2 < least && outstanding > 0) return 0;
    window.outstanding += owed;
    return owed;
  }

  /**
   * Doubles a stream's target, up to `maxWindow`, if the budget holds all targets and all that is unread, with a
   * `highWaterMark` in reserve for each stream that may yet come.
   * @returns Whether it grew. The credit is then due by `credit`.
   */
  grow(window: ReceiveWindow): boolean {
    const { highWaterMark, connectionBudget, maxWindow, maxConcurrentStreams } = this.#options;
    const target = Math.min(window.target * 2, maxWindow);
    if (target <= window.target || this.#initial !== highWaterMark) return false;
    let sum = maxConcurrentStreams * highWaterMark + this.connection.unread + target - window.target;
    // What is unread of an open stream counts with its target already, unless that was taken back below it.
    for (const { target, unread } of this.#windows) sum += Math.max(target - unread, 0) - highWaterMark;
    if (sum > connectionBudget) return false;
    window.target = target;
    return true;
  }
}
