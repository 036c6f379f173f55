import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { manifests } from '../scripts/entries.mjs';

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

  it('runs nothing when it is installed', () => {
    const { scripts } = manifests()['package.json'];
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'])
      expect(scripts).not.toHaveProperty(name);
  });
});
