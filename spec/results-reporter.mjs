import { mkdirSync, writeFileSync } from 'node:fs';

/** Leaves the counts of a run, and the names of what was skipped, in .tmp/results.json for CI. */
export default class ResultsReporter {
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
    mkdirSync('.tmp', { recursive: true });
    writeFileSync('.tmp/results.json', JSON.stringify(counts, null, 2));
  }
}
