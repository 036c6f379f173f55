import { fromMessagePort } from '../../dist/browser.js';
import { iterate } from '../../dist/sluice.js';

addEventListener('message', async ({ data }) => {
  try {
    // FNV-1a: crypto.subtle hashes nothing piece by piece.
    let hash = 0x811c9dc5;
    for await (const chunk of iterate(fromMessagePort(data.port, { highWaterMark: 1024 * 1024 })))
      for (const byte of chunk) hash = Math.imul(hash ^ byte, 0x01000193);
    postMessage({ hash: (hash >>> 0).toString(16) });
  } catch (error) {
    postMessage({ error: error.message });
  }
});
