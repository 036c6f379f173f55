import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type Installed, installPacked } from '../helpers/install-packed.ts';
import { firefox, webkitgtk } from '../helpers/runtimes.ts';
import { judge, note, type Reports } from './judge.ts';
import { runInPage } from './run-in-page.ts';

const browsers = [firefox, webkitgtk];

/** The same rows in the browsers that come from Debian: `npm run test:browsers`. */
describe('the contract', () => {
  const reports: Reports = new Map();
  let installed: Installed;

  beforeAll(async () => {
    installed = await installPacked(['web-streams-polyfill', '@whatwg-node/fetch']);
    for (const browser of browsers)
      if (browser.path !== undefined) await note(reports, browser.name, runInPage(installed, browser));
  }, 300_000);
  afterAll(() => installed?.remove());

  for (const { name, path } of browsers) {
    if (path !== undefined) judge(reports, name, name);
    else
      it.skip(`${name} is not installed: apt-get install firefox-esr webkit2gtk-driver xvfb xauth`, () => {});
  }
});
