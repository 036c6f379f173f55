import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from 'sluice/node';
import { handler } from './handler.ts';

const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
