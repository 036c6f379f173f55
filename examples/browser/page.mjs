// In a project of its own with a bundler this is 'sluice/browser'.
import { readBody, toMessagePort } from '../../dist/browser.js';

/**
 * Downloads a URL and has a worker hash it: the page only sees how far it is. No more is read than the worker takes. Aborting
 * ends the download, and the worker's work with it.
 *
 * @param {string} url
 * @param {import('sluice/browser').ReadBodyOptions} options
 * @returns {Promise<string>}
 */
export async function hashInWorker(url, options) {
  const stream = readBody(await fetch(url), { idleTimeout: 30_000, interval: 100, ...options });
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
  try {
    const answer = new Promise((resolve, reject) => {
      worker.onerror = reject;
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.hash));
    });
    const port = toMessagePort(stream);
    worker.postMessage({ port }, [port]);
    return await answer;
  } finally {
    worker.terminate();
  }
}
