import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { runtimes } from './helpers/runtimes.ts';

const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  // Not that of the configuration, which would leave its results for those of this run.
  '--reporters=default',
  '--json',
  '--silent',
];

/** The Node adapter on every Node: its streams and servers differ more between versions than bodies do. */
describe('the specs of sluice/node', () => {
  for (const { name, path } of runtimes.filter(({ path }) => path !== process.execPath)) {
    if (path === undefined) {
      it.skip(`${name} is not installed: npm test puts it into runtimes/`, () => {});
      continue;
    }
    it(`pass on ${name}`, async () => {
      const run = promisify(execFile)(path, [...jest, 'spec/node/'], {
        env: { ...process.env, NODE_OPTIONS: '' },
        maxBuffer: 1e8,
      });
      const { stdout } = await run.catch((error) => error as { stdout: string });
      const report = JSON.parse(stdout) as {
        numPassedTests: number;
        testResults: { assertionResults: { status: string; fullName: string }[] }[];
      };
      const failed = report.testResults.flatMap(({ assertionResults }) =>
        assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      );
      expect(failed).toEqual([]);
      expect(report.numPassedTests).toBeGreaterThan(40);
    }, 120_000);
  }
});
