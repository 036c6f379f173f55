// What mutate-http1.mjs and mutate-http2.mjs share: each mutant is put into a copy of the repository, and must fail the codec's specs.
// Exits 1 when a mutant survives, or when its text is no longer in the source.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

async function copyOfRepository(codec) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mutants-'));
  for (const path of ['lib', `spec/${codec}`, 'jest.config.mjs', 'package.json'])
    await cp(join(root, path), join(folder, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Whether the specs that match fail in that copy. */
function killed(folder, specs, ignore) {
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings', jest, '-i', '--bail', '--silent', specs];
  const child = spawn(
    process.execPath,
    [...flags, '--reporters', 'default', '--testPathIgnorePatterns', ignore],
    { cwd: folder, stdio: 'ignore', timeout: 180_000 },
  );
  return new Promise((resolve) => child.on('close', (code) => resolve(code !== 0)));
}

/**
 * @param {object} plan
 * @param {string} plan.codec the folder below lib and spec
 * @param {[file: string, text: string, replacement: string][]} plan.mutants the first place of the text counts
 * @param {(file: string) => string} plan.specsOf a pattern of the specs, below the codec's, that look at a file
 * @param {string} plan.ignore a pattern of those that are left out
 */
export async function mutate({ codec, mutants, specsOf, ignore }) {
  const { values } = parseArgs({ options: { shard: { type: 'string' }, only: { type: 'string' } } });
  let list = mutants.map((mutant, index) => ({ mutant, index: index + 1 }));
  if (values.shard) {
    const [part, parts] = values.shard.split('/').map(Number);
    list = list.filter(({ index }) => index % parts === part % parts);
  }
  if (values.only) list = list.filter(({ mutant }) => mutant.join(' ').includes(values.only));
  const results = [];
  const started = Date.now();
  const total = list.length;
  const queue = [...list];

  /** The specs pass without a mutant: looked at once. */
  let sound;
  async function work() {
    const folder = await copyOfRepository(codec);
    try {
      sound ??= killed(folder, `spec/${codec}/`, ignore).then((failed) => !failed);
      if (!(await sound)) throw new Error('the specs fail without a mutant');
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [file, text, replacement] = next.mutant;
        const path = join(folder, 'lib', codec, `${file}.ts`);
        const source = await readFile(path, 'utf8');
        if (!source.includes(text)) {
          results.push({ ...next, verdict: 'NOT FOUND' });
          continue;
        }
        await writeFile(
          path,
          source.replace(text, () => replacement),
        );
        const verdict = (await killed(folder, `spec/${codec}/${specsOf(file)}`, ignore))
          ? 'killed'
          : 'SURVIVED';
        await writeFile(path, source);
        results.push({ ...next, verdict });
        if (verdict !== 'killed') console.error(`${next.index} ${verdict}`);
        else if (results.length % 10 === 0) console.error(`${results.length} of ${total}`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  results.sort((a, b) => a.index - b.index);
  console.log('| # | file | mutation | verdict |\n| ---: | --- | --- | --- |');
  const show = (text) => `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}\``;
  for (const { index, mutant, verdict } of results) {
    const [file, text, replacement] = mutant;
    console.log(
      `| ${index} | ${file} | ${show(text)} → ${replacement === '' ? 'nothing' : show(replacement)} | ${verdict} |`,
    );
  }
  const alive = results.filter(({ verdict }) => verdict !== 'killed').length;
  console.log(`\n${total - alive} of ${total} killed in ${Math.round((Date.now() - started) / 1000)} s`);
  process.exitCode = alive === 0 ? 0 : 1;
}
