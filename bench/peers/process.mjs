// A peer of bench/adapters.mjs in Node, Deno or Bun: `process.mjs <entry> serve`, or `<entry> stall|duplex <url> <protocol>`.
import process from 'node:process';
import { roles } from './client.mjs';
import { handler } from './handler.mjs';

const [entry, role, url, protocol] = process.argv.slice(2);
const { connect, serve } = await import(entry);
const tell = (line) => console.log(JSON.stringify(line));
if (role === 'serve') tell({ port: (await serve(handler, { hostname: '127.0.0.1' })).port });
else await roles[role](await connect(url, { protocol }), tell);
