import { serve } from 'sluice/deno';
import { handler } from './handler.ts';

const [key, cert] = process.argv.slice(2);
const tls = key && cert ? { key, cert } : undefined;
const { port } = await serve(handler, { hostname: '127.0.0.1', tls });
console.log(JSON.stringify({ port }));
