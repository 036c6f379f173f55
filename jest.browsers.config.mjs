import specs from './jest.config.mjs';

/** The specs that need the browsers of the system: `npm run test:browsers`. */
export default {
  ...specs,
  testMatch: ['**/*.browsers.ts'],
  reporters: ['default', ['<rootDir>/spec/results-reporter.mjs', { name: 'browsers' }]],
};
