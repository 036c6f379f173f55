/** The context of a request in workerd. */
export interface WorkerContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** What a handler gets as `info.native` in workerd. */
export interface WorkerNative<Env = unknown> {
  readonly env: Env;
  readonly ctx: WorkerContext;
}

/** A socket of `cloudflare:sockets`. */
export interface WorkerSocket {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly opened: Promise<{ readonly remoteAddress?: string; readonly localAddress?: string }>;
  readonly closed: Promise<unknown>;
  readonly secureTransport?: string;
  close(): Promise<unknown>;
  startTls(): WorkerSocket;
}

/** The module `cloudflare:sockets`. */
export interface WorkerSockets {
  connect(
    address: { hostname: string; port: number },
    options: { secureTransport: 'on' | 'off' | 'starttls'; allowHalfOpen: boolean },
  ): WorkerSocket;
}
