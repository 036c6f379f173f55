// npx esbuild examples/everywhere/worker.mjs --bundle --format=esm --external:cloudflare:* --outfile=examples/everywhere/worker.bundle.mjs
// workerd serve examples/everywhere/worker.capnp   (or give worker.mjs to wrangler as it is)
import { toExportedHandler } from 'sluice/workerd';
import { handler } from './handler.mjs';

export default toExportedHandler(handler);
