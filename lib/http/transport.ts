/** What is known of a connection. */
export interface TransportInfo {
  /** The peer, as `address:port` or as the runtime names it. */
  readonly remoteAddress?: string | undefined;
  readonly localAddress?: string | undefined;
  readonly encrypted?: boolean | undefined;
  /** The protocol that TLS has agreed on (RFC 7301). */
  readonly alpn?: string | undefined;
}

/** A byte stream in both directions. Any brand of streams; touched through `getReader()` and `getWriter()` only. */
export interface Duplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** What an adapter may give instead of a Duplex, to save the cost of two streams. */
export interface Transport {
  /**
   * The next bytes, or null once the peer sends no more; one read at a time. Not calling it is what closes the TCP window.
   * The reader owns the chunk. With `into` the result may be a view of it.
   */
  read(into?: Uint8Array): Promise<Uint8Array | null> | Uint8Array | null;
  /** Takes the chunks in order. Settles when there is room for more. */
  write(chunks: Uint8Array[]): void | Promise<void>;
  /** Flushes, then half-closes; reading goes on. */
  close(): Promise<void>;
  /** Ends both directions at once; a pending read and write reject. With a reason the peer is to see that it was cut off. */
  abort(reason?: unknown): void;
  /** Fulfils or rejects when the peer is known to be gone, where the runtime tells. */
  readonly closed: Promise<void>;
  readonly info?: TransportInfo | undefined;
  /** Nothing that was written is needed any more: its memory may be used again. Left out where the runtime does not tell. */
  readonly flushed?: boolean | undefined;
  /**
   * Calls back when what can happen at once has happened, so that small pieces go out together: the end of the event loop's
   * turn. Left out where the runtime has none: some turns of the microtask queue then do.
   */
  soon?(callback: () => void): void;
}
