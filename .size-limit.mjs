import { entries } from './scripts/entries.mjs';

// Minified and gzipped, in an application that imports what is named.
const limits = [
  { entry: 'sluice', name: 'body', import: '{ body }', limit: '2.5 KiB' },
  { entry: 'sluice', name: 'sluice', import: '*', limit: '10 KiB' },
  { entry: 'http', name: 'sluice/http', import: '*', limit: '30 KiB' },
];

export default limits
  .filter(({ entry }) => entries.some(({ name }) => name === entry))
  .map(({ entry, ...rest }) => ({ path: `dist/${entry}.js`, gzip: true, ...rest }));
