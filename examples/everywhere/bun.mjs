// bun examples/everywhere/bun.mjs
import { toBunHandler } from 'sluice/bun';
import { handler } from './handler.mjs';

const { url } = Bun.serve({
  port: Number(Bun.env.PORT ?? 8788),
  hostname: '127.0.0.1',
  // Bun closes connections that are quiet for 10 s.
  idleTimeout: 0,
  fetch: toBunHandler(handler),
});
console.log(`curl -N ${url}events`);
