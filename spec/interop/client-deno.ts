import { connect } from 'sluice/deno';
import { client } from './client.ts';

await client(connect);
