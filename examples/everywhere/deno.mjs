// deno run --allow-net --allow-env=PORT examples/everywhere/deno.mjs
import { toDenoHandler } from 'sluice/deno';
import { handler } from './handler.mjs';

Deno.serve(
  {
    port: Number(Deno.env.get('PORT') ?? 8788),
    hostname: '127.0.0.1',
    onListen: ({ port }) => console.log(`curl -N http://127.0.0.1:${port}/events`),
  },
  toDenoHandler(handler),
);
