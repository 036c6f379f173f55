// Runs the contract against the installed package and prints the results as one line of JSON.
import * as sluice from 'sluice';
import * as testing from 'sluice/testing';
import { brands } from './brands.ts';
import type { Sluice, Testing } from './contract.ts';
import { contractRuns, runAll } from './run-contract.ts';

const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));
const runtime = `node ${process.versions.node.split('.')[0]}`;
const all = contractRuns(
  { sluice: sluice as unknown as Sluice, testing: testing as unknown as Testing },
  brands,
  runtime,
);
// The mixes that hold go first: they must leave no rejection unhandled. Brands that deviate may leave their own.
const holding = await runAll(all.filter(({ deviation }) => deviation === undefined));
const leaked = [...unhandled];
const deviating = await runAll(all.filter(({ deviation }) => deviation !== undefined));
console.log(JSON.stringify({ runtime, results: [...holding, ...deviating], unhandled: leaked }));
process.exit();
