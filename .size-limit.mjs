import { entries } from './scripts/entries.mjs';

// Minified and gzipped, in an application that imports what is named. The limits hold what is reached; the aims are lower:
// body 2.5 KiB, sluice 10 KiB, sluice/http 30 KiB.
const limits = [
  { entry: 'sluice', name: 'body', import: '{ body }', limit: '2.85 KiB' },
  { entry: 'sluice', name: 'sluice', import: '*', limit: '11.3 KiB' },
  { entry: 'http', name: 'sluice/http', import: '*', limit: '42 KiB' },
];

export default limits
  .filter(({ entry }) => entries.some(({ name }) => name === entry))
  .map(({ entry, ...rest }) => ({ path: `dist/${entry}.js`, gzip: true, ...rest }));
