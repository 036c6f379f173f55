/** The parts of Bun that the adapter uses. */
export interface BunApi {
  listen(options: {
    hostname: string;
    port: number;
    allowHalfOpen: boolean;
    tls?: object;
    socket: BunSocketHandlers;
  }): BunListener;
  connect(options: {
    hostname: string;
    port: number;
    allowHalfOpen: boolean;
    tls?: object;
    socket: BunSocketHandlers;
  }): Promise<BunSocket>;
}

export interface BunListener {
  readonly port: number;
  stop(closeActiveConnections?: boolean): void;
}

/** A socket of `Bun.listen` or `Bun.connect`. */
export interface BunSocket {
  readonly remoteAddress: string;
  readonly localAddress?: string;
  readonly localPort: number;
  /** Over TLS what was agreed on, or false; over TCP false or null. */
  readonly alpnProtocol?: string | false | null;
  readonly authorized?: boolean;
  /** What it was accepted by. */
  readonly listener?: unknown;
  /** Takes what fits, and returns how much that was; less than 0 when the socket is closed. */
  write(bytes: Uint8Array): number;
  pause(): void;
  resume(): void;
  /** Half-closes. */
  shutdown(): void;
  end(): void;
  terminate(): void;
  setNoDelay(on: boolean): unknown;
  reload(options: { socket: BunSocketHandlers }): void;
}

/** The callbacks of a listener or connection: those of a listener are shared by all its sockets. */
export interface BunSocketHandlers {
  open?(socket: BunSocket): void;
  handshake?(socket: BunSocket, success: boolean, error: Error | null): void;
  data?(socket: BunSocket, chunk: Uint8Array): void;
  drain?(socket: BunSocket): void;
  end?(socket: BunSocket): void;
  error?(socket: BunSocket, error: Error): void;
  close?(socket: BunSocket, error?: Error): void;
  connectError?(socket: BunSocket, error: Error): void;
}

/** A server of `Bun.serve`. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string } | null;
}

/** Bun's own global. */
export function bunApi(): BunApi {
  return (globalThis as unknown as { Bun: BunApi }).Bun;
}
