import { connect } from 'sluice/node';
import { client } from './client.ts';

await client(connect);
