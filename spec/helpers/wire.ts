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

/** Sends a GET and gives the socket once the first bytes of the body have come; the rest stays unread. */
export async function firstBytes(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  let text = '';
  while (!/\r\n\r\n./s.test(text)) {
    await once(socket, 'readable');
    text += String(socket.read()?.toString('latin1') ?? '');
  }
  return socket;
}
