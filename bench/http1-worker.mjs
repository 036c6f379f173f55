// One process of bench/http1.mjs: a server or a client. argv: role, bundle.
import { createServer as createHttpServer, get as httpGet } from 'node:http';
import { connect as connectTcp, createServer } from 'node:net';

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
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

const roles = {
  async 'server-node'() {
    const server = createHttpServer((req, res) => {
      if (req.url === '/hello') {
        res.writeHead(200, { 'content-type': 'text/plain' });
        res.end('hello');
        return;
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
    return { port: await listen(server) };
  },
  async 'server-sluice'() {
    const { serve, respond, body } = await import(bundle);
    const server = await serve(
      (request) => {
        const path = request.url.slice(request.url.indexOf('/', 8));
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
        );
      },
      { hostname: '127.0.0.1', onError: console.error },
    );
    return { port: server.port };
  },
  async 'server-hello'() {
    const { serve, respond } = await import(bundle);
    return serve(() => respond('hello'), { hostname: '127.0.0.1' });
  },
  async 'server-global'() {
    const { serve } = await import(bundle);
    return serve(() => new Response('hello'), { hostname: '127.0.0.1' });
  },
  async 'server-bytes'() {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const { kind, size, count } = parse(data.toString('latin1').split(' ')[1]);
        const piece = Buffer.alloc(size, 97);
        const chunk =
          kind === 'chunked'
            ? Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
            : piece;
        const framing = kind === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${size * count}`;
        socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`);
        let left = count;
        const write = () => {
          while (left-- > 0) if (!socket.write(chunk)) return socket.once('drain', write);
          if (kind === 'chunked') socket.write('0\r\n\r\n');
        };
        write();
      });
    });
    return { port: await listen(server) };
  },
  /** Counts bytes with one reused buffer; nothing is parsed but the end. */
  async counter() {
    return {
      get: ({ port, path }) =>
        new Promise((resolve, reject) => {
          const began = performance.now();
          let bytes = 0;
          const socket = connectTcp({
            port,
            host: '127.0.0.1',
            onread: {
              buffer: Buffer.alloc(65_536),
              callback(size, buffer) {
                bytes += size;
                if (buffer.subarray(Math.max(0, size - 5), size).toString('latin1') === '0\r\n\r\n') {
                  socket.destroy();
                  resolve({ bytes, wall: (performance.now() - began) / 1000 });
                }
                return true;
              },
            },
          });
          socket.on('error', reject);
          socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
        }),
    };
  },
  async 'client-http'() {
    return {
      get: ({ port, path }) =>
        new Promise((resolve, reject) => {
          const began = performance.now();
          const used = cpu();
          let bytes = 0;
          httpGet({ port, path, host: '127.0.0.1', agent: false }, (res) => {
            res.on('data', (chunk) => {
              bytes += chunk.length;
            });
            res.on('end', () =>
              resolve({ bytes, wall: (performance.now() - began) / 1000, cpu: cpu() - used }),
            );
          }).on('error', reject);
        }),
    };
  },
  async 'client-fetch'() {
    return {
      async get({ port, path }) {
        const began = performance.now();
        const used = cpu();
        let bytes = 0;
        const reader = (await fetch(`http://127.0.0.1:${port}${path}`)).body.getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          bytes += value.byteLength;
        }
        return { bytes, wall: (performance.now() - began) / 1000, cpu: cpu() - used };
      },
    };
  },
  async 'client-sluice'() {
    const { connect } = await import(bundle);
    return {
      async get({ port, path, how }) {
        const began = performance.now();
        const used = cpu();
        let bytes = 0;
        const connection = await connect(`http://127.0.0.1:${port}`);
        const response = await connection.fetch(path);
        if (how === 'byob') {
          const reader = response.body.getReader({ mode: 'byob' });
          let buffer = new Uint8Array(65_536);
          for (;;) {
            const { done, value } = await reader.read(buffer);
            if (done) break;
            bytes += value.byteLength;
            buffer = new Uint8Array(value.buffer);
          }
        } else {
          const reader = response.body.getReader();
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            bytes += value.byteLength;
          }
        }
        const result = { bytes, wall: (performance.now() - began) / 1000, cpu: cpu() - used };
        await connection.close();
        return result;
      },
    };
  },
};

const own = await roles[role]();
process.on('message', async (message) => {
  if (message.task === 'start') process.send({ port: own.port });
  else if (message.task === 'cpu') process.send({ cpu: cpu() });
  else process.send(await own[message.task](message));
});
process.on('disconnect', () => process.exit());
