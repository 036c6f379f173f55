/** The parts of Deno that the adapter uses. */
export interface DenoApi {
  readonly build: { readonly os: string };
  listen(options: { port: number; hostname?: string }): DenoListener;
  listenTls(options: {
    port: number;
    hostname?: string;
    key: string;
    cert: string;
    alpnProtocols?: string[];
  }): DenoListener;
  connect(options: { port: number; hostname: string }): Promise<DenoConn>;
  /** The connection that it is given is of no use any more. */
  startTls(
    conn: DenoConn,
    options: { hostname: string; caCerts?: string[]; alpnProtocols?: string[] },
  ): Promise<DenoConn>;
}

export interface DenoListener extends AsyncIterable<DenoConn> {
  readonly addr: DenoAddress;
  close(): void;
}

/** A `Deno.Conn`, over TCP or TLS. */
export interface DenoConn {
  readonly localAddr: DenoAddress;
  readonly remoteAddr: DenoAddress;
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  setNoDelay?(on: boolean): void;
  /** Over TLS. */
  handshake?(): Promise<{ alpnProtocol: string | null }>;
}

export type DenoAddress =
  | { readonly transport: 'tcp' | 'udp'; readonly hostname: string; readonly port: number }
  | { readonly transport: 'unix' | 'unixpacket' | 'vsock' };

/** What `Deno.serve` gives a handler next to the request. */
export interface DenoServeInfo {
  readonly remoteAddr: DenoAddress;
  readonly completed: Promise<void>;
}

/** Deno's own global. */
export function denoApi(): DenoApi {
  return (globalThis as unknown as { Deno: DenoApi }).Deno;
}
