import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSources } from '../scripts/load-sources.mjs';

/** What a benchmark over sockets takes on its command line. */
export const options = {
  rounds: { type: 'string', default: '15' },
  only: { type: 'string', default: '' },
  node: { type: 'string', default: process.execPath },
  save: { type: 'boolean', default: false },
  prof: { type: 'string', default: '' },
};

/** The middle one. */
export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const pinned = (() => {
  try {
    execFileSync('taskset', ['-c', '0', 'true']);
    return true;
  } catch {
    return false;
  }
})();

/** A command that stays on one core, where taskset is there. */
export const on = (core, command) => (pinned ? ['taskset', '-c', String(core), ...command] : command);

/**
 * Processes that run `script` with a role and the bundle of Sluice, by a Node; the one whose role is `prof` with a profiler.
 * `folder` is theirs, until `end()`.
 */
export async function workers(script, { node, prof }) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const bundle = join(folder, 'sluice.mjs');
  await bundleSources(['lib/mod.ts', 'lib/http/mod.ts', 'adapters/node/mod.ts'], bundle);
  const processes = [];
  return {
    folder,
    processes,
    /** Starts one, with flags of V8; `ask` sends it a task and waits for the answer. */
    async start(role, core, flags = []) {
      const profiler = prof === role ? ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'sluice-prof')}`] : [];
      const child = fork(script, [role, bundle], { execPath: node, execArgv: [...flags, ...profiler] });
      if (pinned) execFileSync('taskset', ['-acp', String(core), String(child.pid)], { stdio: 'ignore' });
      processes.push(child);
      const ask = (task) =>
        new Promise((resolve, reject) => {
          const stop = () => reject(new Error(`${role} ended`));
          child.once('exit', stop);
          child.once('message', (answer) => {
            child.off('exit', stop);
            resolve(answer);
          });
          child.send(task);
        });
      const { port } = await ask({ task: 'start' });
      return { role, port, ask, child };
    },
    end() {
      for (const child of processes) {
        if (child.connected) child.disconnect();
        else child.kill();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
