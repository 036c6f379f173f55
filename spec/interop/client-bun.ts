import { connect } from 'sluice/bun';
import { client } from './client.ts';

await client(connect);
