/** What a client and server can't do together, and why. The spec asserts that they still can't. */
export const deviations: readonly {
  readonly reason: string;
  applies(row: string, client: string, server: string, encrypted: boolean): boolean;
}[] = [
  {
    reason: 'fetch gives no trailers',
    applies: (row, client) => row.startsWith('trailers') && client.endsWith(' fetch'),
  },
  {
    reason:
      'the servers of Deno, Bun and workerd take and send no trailers (Bun refuses a request that has some)',
    applies: (row, _client, server) =>
      row.startsWith('trailers') && ['Deno.serve', 'Bun.serve', 'workerd'].includes(server),
  },
  {
    reason: 'fetch of workerd ends an upload whose stream fails as if it were complete',
    applies: (row, client) => row === 'broken upload' && client === 'workerd fetch',
  },
  {
    reason: 'a handler in workerd hears nothing of a reset while it reads a request body',
    applies: (row, client, server) =>
      row === 'broken upload' &&
      server === 'workerd' &&
      ['sluice/node', 'sluice/bun', 'bun fetch'].includes(client),
  },
  {
    reason: 'TLS of workerd agrees on no protocol, and the server takes HTTP/2 only where it has',
    applies: (_row, client, server, encrypted) =>
      encrypted && client === 'sluice/workerd h2' && ['node:http2', 'Bun.serve'].includes(server),
  },
];
