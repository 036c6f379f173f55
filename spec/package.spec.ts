import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { entries, manifests } from '../scripts/entries.mjs';

/** Entries for any runtime: no dependency, and nothing of a runtime. */
const neutral = ['.', './http', './http1', './http2', './testing'];

describe('the package', () => {
  it.each(Object.entries(manifests()))(
    '%s names every entry (npm run entries writes it)',
    (path, content) => {
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(content);
    },
  );

  it.each(['package-lock.json', 'runtimes/package-lock.json'])('%s names no registry', (path) => {
    expect(readFileSync(path, 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });

  it.each(entries.filter(({ subpath }) => neutral.includes(subpath)))(
    '$subpath imports nothing',
    async ({ source }) => {
      // What is neither here nor a relative path can't be resolved, and fails.
      const { metafile } = await build({
        entryPoints: [source],
        bundle: true,
        write: false,
        metafile: true,
        platform: 'neutral',
        format: 'esm',
        logLevel: 'silent',
      });
      expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith('lib/'))).toEqual([]);
    },
  );

  it('runs nothing when it is installed', () => {
    const { scripts } = manifests()['package.json'];
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'])
      expect(scripts).not.toHaveProperty(name);
  });
});
