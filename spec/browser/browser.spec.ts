import { describe, it } from '@jest/globals';
import { chromium } from '../helpers/runtimes.ts';
import { inBrowser } from './in-browser.ts';

const abilities = { uploadsStreams: true, holdsBack: true, leavesSilence: true, savesFiles: true };

if (chromium.path !== undefined) inBrowser(chromium, abilities);
else
  describe('sluice/browser in Chromium', () => {
    it.skip('Chromium is not installed: npm test puts it into runtimes/', () => {});
  });
