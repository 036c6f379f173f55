// A peer of bench/adapters.mjs in workerd: serves, and is a client at /-/stall and /-/duplex, telling line by line.
import { channel } from 'sluice';
import { respond } from 'sluice/http';
import { connect, toExportedHandler } from 'sluice/workerd';
import { roles } from './client.mjs';
import { handler } from './handler.mjs';

export default toExportedHandler(async (request, info) => {
  const { pathname, searchParams } = new URL(request.url);
  if (!pathname.startsWith('/-/')) return handler(request, info);
  const { sender, body } = channel({ highWaterMark: 1024 });
  const connection = await connect(searchParams.get('url'), { protocol: searchParams.get('protocol') });
  const tell = (line) => sender.send(`${JSON.stringify(line)}\n`).catch(() => {});
  info.waitUntil(roles[pathname.slice(3)](connection, tell).finally(() => sender.close()));
  return respond(body);
});
