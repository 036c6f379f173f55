// The contract on Node, Deno and Bun: prints the report as one line of JSON. The argument is the runtime's name.
import { loopback, type SocketAdapter } from './loopback.ts';
import { report } from './main.ts';

const name = process.argv[2] ?? '';
const adapters: Record<string, () => Promise<SocketAdapter>> = {
  node: () => import('sluice/node') as Promise<SocketAdapter>,
  deno: () => import('sluice/deno') as Promise<SocketAdapter>,
  bun: () => import('sluice/bun') as Promise<SocketAdapter>,
};
const adapter = await adapters[name.split(' ')[0] ?? '']?.();
if (adapter === undefined) throw new Error(`no adapter for ${name}`);
const onUnhandled = (listener: (reason: unknown) => void) => process.on('unhandledRejection', listener);
console.log(JSON.stringify(await report(name, loopback(adapter), onUnhandled)));
process.exit();
