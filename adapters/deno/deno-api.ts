/** The parts of Deno that the adapter uses. */
export type DenoAddress =
  | { readonly transport: 'tcp' | 'udp'; readonly hostname: string; readonly port: number }
  | { readonly transport: 'unix' | 'unixpacket' | 'vsock' };

/** What `Deno.serve` gives a handler next to the request. */
export interface DenoServeInfo {
  readonly remoteAddr: DenoAddress;
  readonly completed: Promise<void>;
}
