// A Worker that calls an HTTP/2 server over a raw socket and reads its trailers, which the fetch of Workers can't.
//   npx esbuild examples/worker-h2.mjs --bundle --format=esm --external:cloudflare:* --outfile=worker.mjs, and serve that with workerd or wrangler;
//   then curl 'http://127.0.0.1:8788/?url=http://127.0.0.1:50051/path' (https: goes over TLS)
import { bodyOf, bytes } from 'sluice';
import { trailersOf } from 'sluice/http';
import { connect, toExportedHandler } from 'sluice/workerd';

export default toExportedHandler(async (request) => {
  const url = new URL(request.url).searchParams.get('url') ?? '';
  const connection = await connect(url, { protocol: 'h2', signal: request.signal });
  const response = await connection.fetch(url);
  const content = await bytes(bodyOf(response), { limit: 16 * 1024 * 1024 });
  const trailers = Object.fromEntries(await trailersOf(response));
  await connection.close();
  return Response.json({ status: response.status, bytes: content.byteLength, trailers });
});
