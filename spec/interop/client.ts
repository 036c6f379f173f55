import { type Client, ownFetch, runRows } from './rows.ts';

/** What a runtime's client program does: the rows, by its own `fetch` or by Sluice's `connect`, as the command line names it. */
export async function client(
  connect: (base: string, protocol: 'auto' | 'http/1.1' | 'h2', ca: string | undefined) => Promise<Client>,
): Promise<never> {
  const [servers, name, mebibytes, ca] = process.argv.slice(2) as [string, string, string, string?];
  // Over TLS the two agree on it.
  const http2 = ca === undefined ? 'h2' : 'auto';
  const protocol = name.endsWith(' h2') ? http2 : 'http/1.1';
  const adapter: typeof ownFetch = (base) => () => connect(base, protocol, ca);
  const openTo = name.endsWith(' fetch') ? ownFetch : adapter;
  console.log(JSON.stringify(await runRows(openTo, JSON.parse(servers), name, Number(mebibytes))));
  process.exit();
}
