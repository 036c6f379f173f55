import { describe, it } from '@jest/globals';
import { firefox, webkitgtk } from '../helpers/runtimes.ts';
import { inBrowser } from './in-browser.ts';

const browsers = [
  [firefox, { uploadsStreams: false, holdsBack: false, leavesSilence: false, savesFiles: true }],
  [webkitgtk, { uploadsStreams: false, holdsBack: false, leavesSilence: true, savesFiles: false }],
] as const;

for (const [browser, abilities] of browsers) {
  if (browser.path !== undefined) inBrowser(browser, abilities);
  else
    describe(`sluice/browser in ${browser.name}`, () => {
      it.skip(`${browser.name} is not installed: apt-get install firefox-esr webkit2gtk-driver xvfb xauth`, () => {});
    });
}
