/** The parts of a server of `Bun.serve` that the adapter uses. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string } | null;
}
