import { connect } from 'sluice/bun';
import { client } from './client.ts';

await client((base, protocol, ca) => connect(base, { protocol, ...(ca && { tls: { ca } }) }));
