import { type AddressInfo, createServer, connect as netConnect } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fromNodeDuplex } from '../../adapters/node/mod.ts';
import { collect } from '../../lib/mod.ts';
import { modes, rest } from './node-streams.ts';

describe('fromNodeDuplex', () => {
  it.each(modes)('slack of ends that stall: chunks of $chunk, highWaterMark $hwm', async ({ chunk, hwm }) => {
    let read = 0;
    let written = 0;
    const duplex = new Duplex({
      read() {
        read += chunk;
        this.push(Buffer.alloc(chunk));
      },
      write(bytes, _encoding, _callback) {
        written += bytes.byteLength;
      },
    });
    const { readable, writable } = fromNodeDuplex(duplex, { highWaterMark: hwm });
    await rest();
    expect(read).toBe(0);
    await readable.getReader().read();
    const writer = writable.getWriter();
    let taken = 0;
    (async () => {
      for (;;) {
        await writer.ready;
        taken += chunk;
        writer.write(new Uint8Array(chunk)).catch(() => {});
      }
    })().catch(() => {});
    await rest(200);
    expect(read).toBeLessThanOrEqual(hwm + duplex.readableHighWaterMark + 2 * chunk);
    expect(taken).toBeLessThanOrEqual(duplex.writableHighWaterMark + 2 * chunk);
    expect(written).toBe(chunk);
    duplex.destroy();
    duplex.on('error', () => {});
  });

  it('keeps half-close, in both orders', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('end', () => socket.end('after your end'));
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = netConnect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const { readable, writable } = fromNodeDuplex(socket);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('x'));
    await writer.close();
    expect((await collect(readable)).text()).toBe('after your end');
    await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)));

    const other = netConnect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const halves = fromNodeDuplex(other);
    await halves.readable.cancel('not interested');
    const send = halves.writable.getWriter();
    await send.write(new TextEncoder().encode('still sent'));
    expect(other.destroyed).toBe(false);
    await send.close();
    await new Promise((resolve) => (other.destroyed ? resolve(0) : other.once('close', resolve)));
    server.close();
  });
});
