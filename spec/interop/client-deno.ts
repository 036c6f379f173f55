import { connect } from 'sluice/deno';
import { client } from './client.ts';

await client((base, protocol, ca) => connect(base, { protocol, ...(ca && { caCerts: [ca] }) }));
