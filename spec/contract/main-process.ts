// The contract on Node, Deno and Bun: prints the report as one line of JSON. The argument is the runtime's name.
import { report } from './main.ts';

const name = process.argv[2] ?? '';
console.log(JSON.stringify(await report(name, (listener) => process.on('unhandledRejection', listener))));
process.exit();
