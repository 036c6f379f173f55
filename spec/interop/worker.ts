// Server and client of the matrix in workerd: `/-/run` makes it a client.
import { connect, toExportedHandler } from 'sluice/workerd';
import { handler } from './handler.ts';
import { ownFetch, runRows } from './rows.ts';

export default toExportedHandler(async (request, info) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== '/-/run') return handler(request, info);
  const name = searchParams.get('name') ?? '';
  const protocol = name.endsWith(' h2') ? 'h2' : 'http/1.1';
  const adapter = (base: string) => () => connect(base, { protocol });
  const openTo = name.endsWith(' fetch') ? ownFetch : (adapter as typeof ownFetch);
  const servers = JSON.parse(searchParams.get('servers') ?? '{}');
  return Response.json(await runRows(openTo, servers, name, Number(searchParams.get('mebibytes'))));
});
