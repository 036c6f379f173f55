import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from 'sluice/node';
import { handler } from './handler.ts';

const [key, cert] = process.argv.slice(2);
const listener = toNodeListener(handler);
const server = key && cert ? createSecureServer({ key, cert }, listener) : createServer(listener);
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
