// Adds up what the runs of the specs left, ends with the line that CI counts, and fails when one failed, was skipped, or did not
// run at all.
//   node scripts/ci-result.mjs specs browsers
import { existsSync, readFileSync } from 'node:fs';

const runs = process.argv.slice(2).map((name) => {
  const file = `.tmp/results/${name}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  console.log(`did not run to its end: ${name}`);
  return { passed: 0, failed: 1, skipped: 0, names: [] };
});
const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum);
for (const name of runs.flatMap(({ names }) => names)) console.log(`skipped: ${name}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed === 0 && skipped === 0 ? 0 : 1;
