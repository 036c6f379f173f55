import { respond } from 'sluice/http';
import { connect, toExportedHandler } from 'sluice/workerd';

export default toExportedHandler(async (request) => {
  const url = new URL(request.url).searchParams.get('url') ?? '';
  const plain = new URL(request.url).searchParams.get('plain') ?? '';
  const connection = await connect(url);
  const text = await (await connection.fetch('/')).text();
  // Plain text first, as SMTP and PostgreSQL do, and then TLS on the same socket.
  let greeting = '';
  const upgraded = await connect(plain, {
    async beforeTls({ readable, writable }) {
      const reader = readable.getReader();
      greeting = new TextDecoder().decode((await reader.read()).value);
      const writer = writable.getWriter();
      await writer.write(new TextEncoder().encode('STARTTLS\n'));
      writer.releaseLock();
      // Without the server's word the first bytes of TLS may come to it in one read with the plain text.
      await reader.read();
      reader.releaseLock();
    },
  });
  const started = await (await upgraded.fetch('/')).text();
  return respond(JSON.stringify({ text, greeting, started }));
});
