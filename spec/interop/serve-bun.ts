import { serve } from 'sluice/bun';
import { handler } from './handler.ts';

const { port } = await serve(handler, { hostname: '127.0.0.1' });
console.log(JSON.stringify({ port }));
