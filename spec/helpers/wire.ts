import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Sends bytes as they are and gives all that comes back until the server closes. Text as latin1. */
export async function wire(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let reply = '';
  socket.on('data', (part) => {
    reply += part.toString('latin1');
  });
  // A reset is an answer too.
  socket.on('error', () => {});
  socket.write(request, 'latin1');
  await new Promise((resolve) => socket.once('close', resolve));
  return reply;
}

/** Sends a GET and gives the socket once `least` bytes of the body have come. */
export async function firstBytes(port: number, path: string, least = 1): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  let text = '';
  const received = (): number => (text.includes('\r\n\r\n') ? text.length - text.indexOf('\r\n\r\n') - 4 : 0);
  while (received() < least) {
    await once(socket, 'readable');
    text += String(socket.read()?.toString('latin1') ?? '');
  }
  return socket;
}
