import { toDenoHandler } from 'sluice/deno';
import { handler, onError } from './handler.ts';

declare const Deno: { serve(options: object, handler: unknown): unknown };

Deno.serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    onListen: ({ port }: { port: number }) => console.log(JSON.stringify({ port })),
  },
  toDenoHandler(handler, { onError }),
);
