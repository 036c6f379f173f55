import { mkdirSync, writeFileSync } from 'node:fs';

/** Leaves the counts of a run, and the names of what was skipped, in .tmp/results/ for CI: a file for each kind of run. */
export default class ResultsReporter {
  constructor(_config, { name = 'specs' } = {}) {
    this.name = name;
  }

  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap(({ testResults }) => testResults);
    const counts = {
      passed: results.numPassedTests,
      // A file that does not load fails all it holds.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      names: tests
        .filter(({ status }) => status === 'pending' || status === 'todo')
        .map(({ fullName }) => fullName),
    };
    mkdirSync('.tmp/results', { recursive: true });
    writeFileSync(`.tmp/results/${this.name}.json`, JSON.stringify(counts, null, 2));
  }
}
