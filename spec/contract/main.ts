// Runs the contract against the installed package.
import * as sluice from 'sluice';
import * as browser from 'sluice/browser';
import * as http from 'sluice/http';
import * as http1 from 'sluice/http1';
import * as http2 from 'sluice/http2';
import * as testing from 'sluice/testing';
import { brandsFor } from './brands.ts';
import type { Library, OpenSockets, Result } from './contract.ts';
import { contractRuns, runAll } from './run-contract.ts';

export interface Report {
  readonly results: readonly Result[];
  /** Rejections that nobody handled while the mixes ran that hold. */
  readonly unhandled: readonly string[];
}

/** `onUnhandled` is how the runtime tells of rejections. */
export async function report(
  runtime: string,
  sockets: OpenSockets,
  onUnhandled: (listener: (reason: unknown) => void) => void,
): Promise<Report> {
  const unhandled: string[] = [];
  onUnhandled((reason) => unhandled.push(String((reason as Error | undefined)?.stack ?? reason)));
  const library = { sluice, testing, browser, http, http1, http2 } as unknown as Library;
  const all = contractRuns(library, brandsFor(runtime, sockets), runtime);

  // The mixes that hold go first: they must leave no rejection unhandled. Brands that deviate may leave their own.
  const holding = await runAll(
    all.filter(({ deviation }) => deviation === undefined),
    24,
  );
  const leaked = [...unhandled];
  const deviating = await runAll(
    all.filter(({ deviation }) => deviation !== undefined),
    500,
  );
  return { results: [...holding, ...deviating], unhandled: leaked };
}

/** For `onUnhandled`, where rejections are events of the global scope. */
export function onRejectionEvent(listener: (reason: unknown) => void): void {
  globalThis.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    listener(event.reason);
  });
}
