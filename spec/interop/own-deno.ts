import { toDenoHandler } from 'sluice/deno';
import { handler } from './handler.ts';

declare const Deno: { serve(options: object, handler: unknown): unknown };

const [key, cert] = process.argv.slice(2);
const onListen = ({ port }: { port: number }) => console.log(JSON.stringify({ port }));
Deno.serve(
  { port: 0, hostname: '127.0.0.1', onListen, ...(key && cert && { key, cert }) },
  toDenoHandler(handler),
);
