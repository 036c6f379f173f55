import { type Client, ownFetch, runRows } from './rows.ts';

/** What a runtime's client program does: the rows, by its own `fetch` or by Sluice's `connect`, as the command line names it. */
export async function client(
  connect: (base: string, options: { protocol: 'auto' | 'h2' }) => Promise<Client>,
): Promise<never> {
  const [servers, name, mebibytes] = process.argv.slice(2) as [string, string, string];
  const protocol = name.endsWith(' h2') ? 'h2' : 'auto';
  const adapter: typeof ownFetch = (base) => () => connect(base, { protocol });
  const openTo = name.endsWith(' fetch') ? ownFetch : adapter;
  console.log(JSON.stringify(await runRows(openTo, JSON.parse(servers), name, Number(mebibytes))));
  process.exit();
}
