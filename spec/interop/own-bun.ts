import { toBunHandler } from 'sluice/bun';
import { handler } from './handler.ts';

declare const Bun: { serve(options: object): { port: number } };

const { port } = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: toBunHandler(handler) });
console.log(JSON.stringify({ port }));
