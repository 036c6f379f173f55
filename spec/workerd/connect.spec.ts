import { getEventListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { WorkerConnectOptions } from '../../adapters/workerd/connect.ts';
import { FakeWorkerSocket } from './fake-worker-socket.ts';

const asked: unknown[][] = [];
let made = new FakeWorkerSocket();
// A module that only workerd has.
jest.unstable_mockModule(
  'cloudflare:sockets',
  () => ({
    connect(...given: unknown[]) {
      asked.push(given);
      return made;
    },
  }),
  { virtual: true },
);
const { connect } = await import('../../adapters/workerd/connect.ts');

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function open(url: string, options?: WorkerConnectOptions) {
  made = new FakeWorkerSocket();
  made.opened.catch(() => {});
  const connection = connect(url, options);
  connection.catch(() => {});
  await turn();
  await turn();
  return { connection, options: asked.pop(), socket: made };
}

describe('connect, from workerd', () => {
  it('is there when it is open, with the protocol that is named', async () => {
    const { connection, options, socket } = await open('http://a.test:81', { protocol: 'h2' });
    const address = { hostname: 'a.test', port: 81 };
    expect(options).toEqual([address, { secureTransport: 'off', allowHalfOpen: true }]);
    socket.opening.resolve({});
    expect(await (await connection).protocol).toBe('h2');
    (await connection).abort();
    const plain = await open('https://a.test');
    expect(plain.options).toMatchObject([{ port: 443 }, { secureTransport: 'on' }]);
    plain.socket.opening.resolve({});
    expect(await (await plain.connection).protocol).toBe('http/1.1');
    (await plain.connection).abort();
  });

  it('TLS may begin later, when what is said before it is', async () => {
    let begin = (): void => {};
    const spoken: unknown[] = [];
    const beforeTls = (plain: unknown): Promise<void> => {
      spoken.push(plain);
      return new Promise((resolve) => (begin = resolve));
    };
    const { connection, options, socket } = await open('https://a.test', { beforeTls });
    expect(options).toMatchObject([{}, { secureTransport: 'starttls' }]);
    expect([spoken[0] === socket, socket.upgraded]).toEqual([true, undefined]);
    begin();
    await turn();
    socket.upgraded?.opening.resolve({});
    (await connection).abort();
    expect([socket.upgraded?.closes, socket.closes]).toEqual([1, 0]);
    // Nothing is said before where there is no TLS.
    const plain = await open('http://a.test', { beforeTls });
    plain.socket.opening.resolve({});
    (await plain.connection).abort();
    expect(spoken).toHaveLength(1);
  });

  it('fails with what connecting fails with, and with what can not be before it connects', async () => {
    const { connection, socket } = await open('http://a.test');
    socket.opening.reject(new Error('refused'));
    await expect(connection).rejects.toThrow('refused');
    const beforeTls = () => Promise.reject(new Error('no TLS here'));
    const plain = await open('https://a.test', { beforeTls });
    await expect(plain.connection).rejects.toThrow('no TLS here');
    expect([plain.socket.closes, asked.splice(0)]).toEqual([1, []]);
    await expect(connect('http://a.test', { drainLimit: -1 })).rejects.toThrow(RangeError);
    await expect(connect('ftp://a.test')).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  });

  it('a signal ends the wait, and the socket with it', async () => {
    for (const beforeTls of [undefined, () => new Promise<void>(() => {})]) {
      const left = new AbortController();
      const options = { signal: left.signal, ...(beforeTls && { beforeTls }) };
      const { connection, socket } = await open('https://a.test', options);
      left.abort('enough');
      await expect(connection).rejects.toBe('enough');
      expect([socket.closes, getEventListeners(left.signal, 'abort')]).toEqual([1, []]);
      await expect(connect('http://a.test', { signal: left.signal })).rejects.toBe('enough');
    }
  });
});
