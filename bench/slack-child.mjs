// Bytes taken from a producer without limit, by a consumer that reads one chunk and stalls. Prints JSON.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { body } from 'sluice';
import { respond } from 'sluice/http';
import {
  fromNodeDuplex,
  fromNodeReadable,
  fromNodeWritable,
  sendBody,
  toNodeListener,
  toNodeReadable,
  toNodeWritable,
} from 'sluice/node';

const chunkBytes = Number(process.argv[2]);
const cap = 1024 ** 3;
const chunk = Buffer.alloc(chunkBytes);

/** Runs until the count stands still, or passes the cap. */
async function settled(count) {
  for (let last = -1, still = 0; still < 20 && count() < cap; ) {
    still = count() === last ? still + 1 : 0;
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return count();
}

const stall = (take = 1) =>
  new Writable({
    write(_chunk, _encoding, callback) {
      if (--take > 0) callback();
    },
  });

function producer() {
  let bytes = 0;
  const readable = new Readable({
    read() {
      bytes += chunkBytes;
      this.push(chunk);
    },
  });
  return { readable, count: () => bytes };
}

function source(async = false) {
  let bytes = 0;
  const pull = () => {
    bytes += chunkBytes;
    return chunk;
  };
  return { pull: async ? async () => pull() : pull, count: () => bytes };
}

/** Writes as fast as a WritableStream lets it, waiting for `ready` each time. */
function flood(writable) {
  let bytes = 0;
  const writer = writable.getWriter();
  const run = async () => {
    while (bytes < cap) {
      await writer.ready;
      bytes += chunkBytes;
      writer.write(chunk).catch(() => {});
    }
  };
  run().catch(() => {});
  return () => bytes;
}

const kernel = (port) => {
  let queued = 0;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let table = '';
    try {
      table = readFileSync(file, 'latin1');
    } catch {
      continue;
    }
    for (const row of table.split('\n').slice(1)) {
      const [, local, remote, , queues] = row.trim().split(/\s+/);
      if (!queues) continue;
      const ports = [local, remote].map((address) => Number.parseInt(address.split(':')[1], 16));
      if (ports.includes(port)) for (const hex of queues.split(':')) queued += Number.parseInt(hex, 16);
    }
  }
  return queued;
};

async function listener() {
  const taken = source(true);
  const server = createServer(toNodeListener(() => respond(body(taken))));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const client = connect(port, '127.0.0.1');
  const first = new Promise((resolve) =>
    client.on('data', () => {
      client.pause();
      resolve();
    }),
  );
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await first;
  await settled(taken.count);
  // What the client has read into its own buffers was delivered too.
  const user = taken.count() - kernel(port) - client.bytesRead;
  client.destroy();
  server.close();
  return Math.max(0, user);
}

const cases = {
  fromNodeReadable: async () => {
    const { readable, count } = producer();
    await fromNodeReadable(readable).getReader().read();
    return settled(count);
  },
  toNodeReadable: async () => {
    const taken = source();
    const readable = toNodeReadable(body(taken));
    await new Promise((resolve) => readable.once('readable', resolve));
    return settled(taken.count);
  },
  fromNodeWritable: async () => settled(flood(fromNodeWritable(stall()))),
  toNodeWritable: async () => {
    let bytes = 0;
    const writable = toNodeWritable(new WritableStream({ write: () => new Promise(() => {}) }));
    const more = () => {
      do bytes += chunkBytes;
      while (bytes < cap && writable.write(chunk));
    };
    writable.on('drain', more);
    more();
    return settled(() => bytes);
  },
  'fromNodeDuplex readable': async () => {
    let bytes = 0;
    const duplex = new Duplex({
      write() {},
      read() {
        bytes += chunkBytes;
        this.push(chunk);
      },
    });
    await fromNodeDuplex(duplex).readable.getReader().read();
    return settled(() => bytes);
  },
  'fromNodeDuplex writable': async () =>
    settled(flood(fromNodeDuplex(new Duplex({ read() {}, write() {} })).writable)),
  sendBody: async () => {
    const taken = source(true);
    sendBody(stall(), body(taken)).catch(() => {});
    return settled(taken.count);
  },
  'toNodeListener (less kernel queues)': listener,
  'built-in Writable.toWeb': async () => settled(flood(Writable.toWeb(stall()))),
  'built-in Duplex.toWeb writable': async () => settled(flood(Duplex.toWeb(new PassThrough()).writable)),
};

const results = {};
for (const [name, run] of Object.entries(cases)) results[name] = await run();
process.stdout.write(JSON.stringify({ highWaterMark: new PassThrough().readableHighWaterMark, results }));
process.exit(0);
