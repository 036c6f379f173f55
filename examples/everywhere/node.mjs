// node examples/everywhere/node.mjs
import { serve } from 'sluice/node';
import { handler } from './handler.mjs';

const { url } = await serve(handler, { port: Number(process.env.PORT ?? 8788), hostname: '127.0.0.1' });
console.log(`curl -N ${url}events`);
