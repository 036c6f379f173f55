import { connect } from 'sluice/bun';
import { ownFetch, runRows } from './rows.ts';

const [servers, name] = process.argv.slice(2) as [string, string];
const adapter = (base: string) => () => connect(base);
const openTo = name.endsWith(' fetch') ? ownFetch : (adapter as typeof ownFetch);
console.log(JSON.stringify(await runRows(openTo, JSON.parse(servers), name)));
process.exit();
