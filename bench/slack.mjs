// Prints, and keeps in results/slack.md, what each bridge takes from a producer without limit when its consumer stalls.
// Needs a build: `npm run build && node bench/slack.mjs`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runtimes } from './runtimes.mjs';

const child = fileURLToPath(new URL('./slack-child.mjs', import.meta.url));
const size = (bytes) =>
  bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

let text = `# Slack\n\nBytes taken from a producer without limit by a consumer that reads one chunk and stalls; highWaterMark 0,
cap 1 GiB. The bound for Sluice is the Node stream's own highWaterMark and two chunks. ${new Date().toISOString().slice(0, 10)}.\n`;
let broken = 0;
for (const chunkBytes of [1024, 65_536]) {
  const columns = runtimes.map(({ name, path }) => {
    const output = execFileSync(path, [child, String(chunkBytes)], { encoding: 'utf8', maxBuffer: 1e8 });
    return { name, ...JSON.parse(output) };
  });
  text += `\n## Chunks of ${size(chunkBytes)}\n\n| | ${columns.map(({ name }) => name).join(' | ')} |\n|---|${columns.map(() => '---').join('|')}|\n`;
  text += `| bound | ${columns.map(({ highWaterMark }) => size(highWaterMark + 2 * chunkBytes)).join(' | ')} |\n`;
  for (const name of Object.keys(columns[0].results)) {
    const cells = columns.map(({ results, highWaterMark }) => {
      const over = !name.startsWith('built-in') && results[name] > highWaterMark + 2 * chunkBytes;
      if (over) broken++;
      return size(results[name]) + (over ? ' (!)' : '');
    });
    text += `| ${name} | ${cells.join(' | ')} |\n`;
  }
}
process.stdout.write(text);
writeFileSync(new URL('./results/slack.md', import.meta.url), text);
if (broken > 0) {
  console.error(`${broken} over the bound`);
  process.exitCode = 1;
}
