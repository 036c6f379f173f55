import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../helpers/browser.ts';
import { bundleProgram } from '../helpers/bundle.ts';
import type { Installed } from '../helpers/install-packed.ts';
import type { Runtime } from '../helpers/runtimes.ts';
import type { Report } from './main.ts';

/** Runs the contract in the page of a browser, by the installed package. */
export async function runInPage({ folder }: Installed, runtime: Runtime): Promise<Report> {
  const entry = fileURLToPath(new URL('main-page.ts', import.meta.url));
  const program = await bundleProgram(folder, entry, `page-${runtime.name}`, 'web');
  const script = readFileSync(program);
  const site = await openBrowser((_req, res) => {
    res.setHeader('content-type', 'text/javascript').end(script);
  }, runtime);
  return site.run<Report>('/contract.mjs', runtime.name).finally(() => site.stop());
}
