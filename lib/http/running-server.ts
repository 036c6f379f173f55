import { addressOf } from './address-of.ts';
import type { ServerConnection } from './connection.ts';
import type { ServeOptions } from './serve-options.ts';

/** What a runtime's `serve` takes next to the options of each connection. */
export interface ListenOptions extends ServeOptions {
  /** Default: any free one. */
  port?: number | undefined;
  /** Default: every address. */
  hostname?: string | undefined;
  /** Aborting aborts the server with all its connections. */
  signal?: AbortSignal | undefined;
  /** Called once it listens. */
  onListen?: ((address: { port: number; url: string }) => void) | undefined;
}

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

/** The runtime's side of a server. */
export interface Listener {
  readonly port: number;
  readonly encrypted: boolean;
  /** Takes no new connection; fulfils once it has none. */
  stop(): void | Promise<void>;
  /** Ends what is connected and no connection yet: TLS handshakes. */
  drop?(): void;
}

/** A server and what adds a connection to it. @throws The reason of a signal that has aborted, or what `onListen` throws. */
export function runningServer(
  { port, encrypted, stop, drop }: Listener,
  { hostname, signal, onListen }: ListenOptions,
): { readonly server: RunningServer; add(connection: ServerConnection): void } {
  const connections = new Set<ServerConnection>();
  let stopped: { readonly done: void | Promise<void> } | undefined;
  const stopOnce = (): void | Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    stopped ??= { done: stop() };
    return stopped.done;
  };
  const abort = (reason?: unknown): void => {
    stopOnce();
    for (const connection of connections) connection.abort(reason);
    drop?.();
  };
  const close = async (): Promise<void> => {
    const done = stopOnce();
    await Promise.allSettled([...connections].map((connection) => connection.close()));
    drop?.();
    await done;
  };
  const onAbort = (): void => abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const url = `${encrypted ? 'https' : 'http'}://${addressOf(hostIn(hostname), port)}/`;
  const server = { port, url, connections, close, abort } as unknown as RunningServer;
  if (Symbol.asyncDispose) server[Symbol.asyncDispose] = close;
  try {
    // It may have aborted since.
    signal?.throwIfAborted();
    onListen?.({ port, url });
  } catch (error) {
    abort(error);
    throw error;
  }
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
  return hostname === undefined || hostname === '0.0.0.0' || hostname === '::' ? 'localhost' : hostname;
}
