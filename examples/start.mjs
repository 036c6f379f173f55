// The main job: `npm start`. PORT changes the port.
import { serve } from 'sluice/node';
import { examples } from './handler.mjs';
import { liveRows } from './live-rows.mjs';

const port = Number(process.env.PORT ?? 8787);
const rows = liveRows(process.stdout);

try {
  const server = await serve(examples(rows.watch), {
    port,
    hostname: '127.0.0.1',
    // A client that leaves is no news here: its row says so.
    onError: (error) => error?.code !== 'ERR_CONNECTION_LOST' && console.error(String(error)),
  });
  const url = server.url.replace(/\/$/, '');
  const lines = [
    ['a large file', `curl --limit-rate 200k -o /dev/null ${url}/file`],
    ['an endless generator', `curl -N ${url}/generator | head -n 5`],
    ['server-sent events', `curl -N ${url}/events`],
    ['an upload, hashed as it arrives', `head -c 50000000 /dev/zero | curl -T - ${url}/upload`],
    ['a proxy of another URL', `curl --limit-rate 1M -o /dev/null '${url}/proxy?url=${url}/file'`],
  ];
  for (const [what, line] of lines) console.log(`${what}\n  ${line}`);
  console.log('\nCtrl-C in curl shows `cancelled` at once. Ctrl-C here ends.\n');

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      rows.stop();
      server.abort(new Error('The server ends'));
    });
  }
} catch (error) {
  console.error(`Cannot serve on port ${port}: ${error.message}`);
  process.exitCode = 1;
  rows.stop();
}
