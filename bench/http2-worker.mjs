// One process of bench/http2.mjs: a server, a client or a slow path. argv: role, bundle.
import { connect as connectH2, createServer } from 'node:http2';
import { connect as connectTcp, createServer as createTcp } from 'node:net';

const [role, bundle] = process.argv.slice(2);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** `/kind/chunkBytes/chunks` */
const parse = (path) => {
  const [, kind, size, count] = path.split('/');
  return { kind, size: Number(size), count: Number(count) };
};

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port })));

const roles = {
  'server-node'() {
    const server = createServer((req, res) => {
      if (req.url === '/hello') {
        res.writeHead(200, { 'content-type': 'text/plain' });
        return res.end('hello');
      }
      if (req.url === '/stall') return undefined;
      if (req.url === '/upload') {
        let bytes = 0;
        req.on('data', (chunk) => {
          bytes += chunk.byteLength;
        });
        return req.on('end', () => res.end(String(bytes)));
      }
      const { size, count } = parse(req.url);
      const chunk = Buffer.alloc(size, 97);
      let left = count;
      const write = () => {
        while (left-- > 0) if (!res.write(chunk)) return res.once('drain', write);
        res.end();
      };
      write();
    });
    return listen(server);
  },
  async 'server-sluice'() {
    const { serve, respond, body, bodyOf } = await import(bundle);
    const hello = { headers: { 'content-type': 'text/plain' } };
    return serve(
      async (request) => {
        const path = request.url.slice(request.url.indexOf('/', 8));
        if (path === '/stall') return new Promise(() => {});
        if (path === '/upload') {
          let bytes = 0;
          const reader = bodyOf(request).getReader();
          for (let part = await reader.read(); !part.done; part = await reader.read())
            bytes += part.value.byteLength;
          return respond(String(bytes));
        }
        const { kind, size, count } = parse(path);
        const chunk = new Uint8Array(size).fill(97);
        let left = count;
        if (kind === 'pull') return respond(body({ pull: () => (left-- > 0 ? chunk : null) }));
        return new Response(
          new ReadableStream({
            pull(controller) {
              if (left-- > 0) controller.enqueue(chunk);
              else controller.close();
            },
          }),
          hello,
        );
      },
      { hostname: '127.0.0.1', onError: console.error },
    );
  },
  async 'server-hello'() {
    const { serve, respond } = await import(bundle);
    return serve(() => respond('hello'), { hostname: '127.0.0.1' });
  },
  async 'client-sluice'() {
    const { connect } = await import(bundle);
    const chunk = new Uint8Array(65_536).fill(97);
    /** All windows of the streams that stall are used up. */
    const filled = async (connection) => {
      for (let before = -1; ; ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const { bytesRead, bytesWritten } = connection.stats;
        if (bytesRead + bytesWritten === before) return;
        before = bytesRead + bytesWritten;
      }
    };
    return {
      async get({ port, path, stalled = 0 }) {
        const connection = await connect(`http://127.0.0.1:${port}`, { protocol: 'h2' });
        const held = [];
        for (let i = 0; i < stalled; i++) held.push(await connection.fetch(path));
        if (stalled > 0) await filled(connection);
        begin();
        const reader = (await connection.fetch(path)).body.getReader();
        let bytes = 0;
        for (let part = await reader.read(); !part.done; part = await reader.read())
          bytes += part.value.byteLength;
        if (stalled > 0) connection.abort();
        else await connection.close();
        return bytes;
      },
      async put({ port, bytes: total, stalled = 0 }) {
        const connection = await connect(`http://127.0.0.1:${port}`, { protocol: 'h2' });
        const upload = (left) => ({ pull: () => ((left -= chunk.byteLength) >= 0 ? chunk : null) });
        for (let i = 0; i < stalled; i++)
          connection.fetch('/stall', { method: 'POST', body: upload(total) }).catch(() => {});
        if (stalled > 0) await filled(connection);
        begin();
        const response = await connection.fetch('/upload', { method: 'POST', body: upload(total) });
        const bytes = Number(await response.text());
        connection.abort();
        return bytes;
      },
    };
  },
  'client-node'() {
    return {
      get: ({ port, path }) =>
        new Promise((resolve, reject) => {
          const session = connectH2(`http://127.0.0.1:${port}`);
          session.on('error', reject);
          const stream = session.request({ ':path': path });
          let bytes = 0;
          stream.on('data', (chunk) => {
            bytes += chunk.byteLength;
          });
          stream.on('end', () => {
            session.close();
            resolve(bytes);
          });
        }),
    };
  },
  /** What passes takes 20 ms, each way. */
  slow() {
    let target = 0;
    const later = (from, to) => {
      from.on('data', (chunk) => setTimeout(() => to.write(chunk), 20));
      from.on('end', () => setTimeout(() => to.end(), 20));
      from.on('error', () => to.destroy());
    };
    const server = createTcp({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const other = connectTcp({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      later(socket, other);
      later(other, socket);
    });
    return listen(server).then(({ port }) => ({
      port,
      aim(task) {
        target = task.port;
        return 0;
      },
    }));
  },
};

let self;
let start = 0;
let before = 0;
/** What is measured begins here: tasks that make something ready first call it again. */
const begin = () => {
  before = cpu();
  start = performance.now();
};
process.on('message', async (task) => {
  if (task.task === 'start') {
    self = await roles[role]();
    process.send({ port: self.port });
  } else if (task.task === 'cpu') process.send({ cpu: cpu() });
  else {
    begin();
    const bytes = await self[task.task](task);
    process.send({ bytes, wall: (performance.now() - start) / 1000, cpu: cpu() - before });
  }
});
process.on('disconnect', () => process.exit());
