import { describe, expect, it } from '@jest/globals';
import * as browser from '../../adapters/browser/mod.ts';
import * as http from '../../lib/http/mod.ts';
import * as http1 from '../../lib/http1/mod.ts';
import * as http2 from '../../lib/http2/mod.ts';
import * as sluice from '../../lib/mod.ts';
import * as testing from '../../lib/testing/mod.ts';
import { brandsFor } from './brands.ts';
import type { Report } from './main.ts';
import { complaint, contractRuns } from './run-contract.ts';

/** The reports of the runs that have ended, or what they ended with, by their titles. */
export type Reports = Map<string, Report | { readonly error: unknown }>;

/** Keeps the report of a run, or what it failed with, so that one that fails does not hide the others. */
export async function note(reports: Reports, title: string, report: Promise<Report>): Promise<void> {
  reports.set(title, await report.catch((error: unknown) => ({ error })));
}

/** One spec for each row and mix of brands in a run: that it held, or still deviates where that is known. */
export function judge(reports: Reports, title: string, runtime: string): void {
  const brands = brandsFor(runtime, () => Promise.reject(new Error('only named here')));
  const names = contractRuns({ sluice, testing, browser, http, http1, http2 }, brands, runtime);
  const report = (): Report => {
    const found = reports.get(title);
    if (found === undefined) throw new Error('it did not run');
    if ('error' in found) throw found.error;
    return found;
  };
  describe(title, () => {
    it.each(names.map(({ name }) => name))('%s', (name) => {
      const result = report().results.find((one) => one.name === name);
      expect(result ? complaint(result) : 'it did not run').toBeUndefined();
    });
    it('leaves no rejection unhandled', () => {
      expect(report().unhandled).toEqual([]);
    });
  });
}
