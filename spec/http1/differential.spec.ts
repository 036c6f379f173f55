import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CASES } from './cases.ts';
import { run, toBytes } from './outcome.ts';

/** The bodies that node:http read from one connection. */
type Bodies = { complete: string[]; failed: boolean };

describe('node:http, over a loopback socket', () => {
  let server: Server;
  let current: Bodies;

  const take = async (request: IncomingMessage, done: () => void) => {
    const bodies = current.complete;
    const index = bodies.push('') - 1; // node:http hands out pipelined requests before their turn
    let body = '';
    try {
      for await (const chunk of request) body += (chunk as Buffer).toString('latin1');
      bodies[index] = body;
    } catch {
      current.failed = true;
    }
    done();
  };

  beforeAll(async () => {
    server = createServer({ keepAliveTimeout: 0 }, (request, response) =>
      take(request, () => response.end()),
    );
    server.on('checkContinue', (request, response) => take(request, () => response.end()));
    server.on('checkExpectation', (request, response) => take(request, () => response.end()));
    server.on('clientError', (_error, socket) => {
      current.failed = true;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function ask(bytes: Uint8Array): Promise<Bodies> {
    current = { complete: [], failed: false };
    return new Promise((resolve) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.on('close', () => resolve(current));
      socket.end(bytes);
    });
  }

  // CONNECT and upgrades leave the parser there.
  const cases = CASES.filter(
    ({ role, bytes, limits }) => role === 'server' && !limits && !/CONNECT|upgrade:/i.test(bytes),
  );

  it('reads the same bodies where both accept', async () => {
    let both = 0;
    for (const { name, bytes } of cases) {
      const ours = run([toBytes(bytes)], { role: 'server', eof: true });
      const theirs = await ask(toBytes(bytes));
      if (ours.error !== null || theirs.failed) continue;
      both++;
      expect({ name, bodies: theirs.complete }).toEqual({
        name,
        bodies: ours.messages.map(({ body }) => body),
      });
    }
    expect(both).toBeGreaterThan(80);
  });
});
