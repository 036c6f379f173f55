// What both soaks share: the bytes, and how a run is told.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadSources } from '../../scripts/load-sources.mjs';

export const sluice = await loadSources('lib/mod.ts', 'lib/http/mod.ts', 'adapters/node/mod.ts');

const fixture = (name) => new URL(`../../spec/fixtures/${name}.pem`, import.meta.url);
export const tls = {
  key: readFileSync(fixture('localhost.key')),
  cert: readFileSync(fixture('localhost.cert')),
};
export const ca = readFileSync(fixture('ca.cert'));

export const total = Number(process.argv[2] ?? 2 ** 30);

const block = new Uint8Array(65_536);
for (let i = 0; i < block.length; i++) block[i] = (i * 7919) % 251;

/** `total` bytes in chunks of uneven sizes. */
export const source = () => {
  let left = total;
  return {
    pull() {
      if (left === 0) return null;
      const n = Math.min(left, block.length - (left % 1000));
      left -= n;
      return block.subarray(0, n);
    },
  };
};

export const digest = async (from) => {
  const hash = createHash('sha256');
  for await (const chunk of from) hash.update(chunk);
  return hash.digest('hex');
};

/** Runs tasks that give a digest, and tells whether each is that of all the bytes. */
export async function soak(tasks) {
  const expected = await digest(sluice.iterate(sluice.body(source())));
  console.log(`# ${total} bytes by SHA-256, node ${process.version}\n`);
  console.log('| | | | resident at most |\n| --- | --- | ---: | ---: |');
  for (const [name, task] of Object.entries(tasks)) {
    const began = performance.now();
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const whole = (await task()) === expected;
    clearInterval(watch);
    if (!whole) process.exitCode = 1;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `| ${name} | ${whole ? 'whole' : 'WRONG'} | ${seconds} s | ${(peak / 2 ** 20).toFixed(0)} MiB |`,
    );
  }
}
