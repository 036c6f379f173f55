import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { quietEnv, type Runtime, scriptArgs } from './runtimes.ts';

export interface Program {
  /** The first line it printed, as JSON. */
  readonly ready: Record<string, unknown>;
  /** The next line, as JSON. */
  line(): Promise<unknown>;
  errors(): string;
  kill(): Promise<void>;
}

/** Starts a script in a runtime, with the folder of the installed package as its own, and waits for its first line. */
export async function startProgram(
  { name, path }: Runtime,
  script: string,
  cwd: string,
  args: readonly string[] = [],
): Promise<Program> {
  if (path === undefined) throw new Error(`${name} is not installed`);
  const child = spawn(path, [...(scriptArgs[name] ?? []), script, ...args], {
    cwd,
    env: quietEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  const gone = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`${name} ended: ${errors}`);
    return JSON.parse(value);
  };
  return {
    ready: (await line()) as Record<string, unknown>,
    line,
    errors: () => errors,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
