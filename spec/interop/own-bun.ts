import { toBunHandler } from 'sluice/bun';
import { handler } from './handler.ts';

declare const Bun: { serve(options: object): { port: number } };

const [key, cert] = process.argv.slice(2);
const tls = key && cert ? { tls: { key, cert }, http2: true } : {};
const { port } = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  ...tls,
  fetch: toBunHandler(handler),
});
console.log(JSON.stringify({ port }));
