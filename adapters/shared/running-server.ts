import type { ServerConnection } from '../../lib/http/connection.ts';

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** The connections that are open. */
  readonly connections: ReadonlySet<ServerConnection>;
  /** Takes no new connection, finishes what is open, and fulfils when the last connection is closed. */
  close(): Promise<void>;
  /** Ends everything at once. */
  abort(reason?: unknown): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Listening {
  readonly port: number;
  readonly hostname: string | undefined;
  readonly encrypted: boolean;
  readonly signal: AbortSignal | undefined;
  /** Takes no new connection. */
  stop(): void;
}

/** A server and what adds a connection to it. */
export function runningServer(listening: Listening): {
  readonly server: RunningServer;
  add(connection: ServerConnection): void;
} {
  const { port, hostname, encrypted, signal } = listening;
  const connections = new Set<ServerConnection>();
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    signal?.removeEventListener('abort', onAbort);
    listening.stop();
  };
  const abort = (reason?: unknown): void => {
    stop();
    for (const connection of connections) connection.abort(reason);
  };
  const close = async (): Promise<void> => {
    stop();
    await Promise.allSettled([...connections].map((connection) => connection.close()));
  };
  const onAbort = (): void => abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const url = `${encrypted ? 'https' : 'http'}://${hostIn(hostname)}:${port}/`;
  const server = { port, url, connections, close, abort } as unknown as RunningServer;
  if (Symbol.asyncDispose) server[Symbol.asyncDispose] = close;
  return {
    server,
    add(connection) {
      connections.add(connection);
      const forget = (): void => void connections.delete(connection);
      connection.closed.then(forget, forget);
      if (stopped) connection.abort();
    },
  };
}

/** A host that a client on this machine reaches. */
function hostIn(hostname: string | undefined): string {
  if (hostname === undefined || hostname === '0.0.0.0' || hostname === '::') return 'localhost';
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}
