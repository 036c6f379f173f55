import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Runtime {
  /** `node 22`. */
  readonly name: string;
  /** The binary; undefined where it is not installed. */
  readonly path: string | undefined;
}

const own = process.versions.node.split('.')[0] ?? '';

/** The Node versions that the specs run on: this one, and those of the folder runtimes/. */
export const runtimes: readonly Runtime[] = ['20', '22', '24', '26'].map((major) => {
  const path = fileURLToPath(new URL(`../../runtimes/node_modules/node${major}/bin/node`, import.meta.url));
  const found = major === own ? process.execPath : existsSync(path) ? path : undefined;
  return { name: `node ${major}`, path: found };
});
