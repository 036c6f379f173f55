import { connect } from 'sluice/node';
import { client } from './client.ts';

await client((base, protocol, ca) => connect(base, { protocol, ...(ca && { ca }) }));
