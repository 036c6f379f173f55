import { connect } from 'sluice/deno';
import { ownFetch, runRows } from './rows.ts';

const [servers, name, mebibytes] = process.argv.slice(2) as [string, string, string];
const protocol = name.endsWith(' h2') ? 'h2' : 'auto';
const adapter = (base: string) => () => connect(base, { protocol });
const openTo = name.endsWith(' fetch') ? ownFetch : (adapter as typeof ownFetch);
console.log(JSON.stringify(await runRows(openTo, JSON.parse(servers), name, Number(mebibytes))));
process.exit();
