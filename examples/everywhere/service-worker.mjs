// npx esbuild examples/everywhere/service-worker.mjs --bundle --outfile=public/service-worker.js
// On the page: navigator.serviceWorker.register('/service-worker.js'); then fetch('/everywhere/events') is answered here.
import { toFetchListener } from 'sluice/browser';
import { handler } from './handler.mjs';

const matches = ({ url }) => new URL(url).pathname.startsWith('/everywhere/');
self.addEventListener('fetch', toFetchListener(handler, { matches }));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
