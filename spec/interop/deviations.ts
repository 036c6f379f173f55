/** What a client and server can't do together, and why. The spec asserts that they still can't. */
export const deviations: readonly {
  readonly reason: string;
  applies(row: string, client: string, server: string): boolean;
}[] = [
  {
    reason: 'fetch gives no trailers, and the servers of Deno, Bun and workerd take and send none',
    applies: (row, client, server) =>
      row.startsWith('trailers') &&
      (client.endsWith(' fetch') || ['Deno.serve', 'Bun.serve', 'workerd'].includes(server)),
  },
];
