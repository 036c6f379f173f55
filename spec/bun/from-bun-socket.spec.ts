import { describe, expect, it } from '@jest/globals';
import { bunSocketHandlers, fromBunSocket } from '../../adapters/bun/from-bun-socket.ts';
import { FakeBunSocket } from './fake-bun-socket.ts';

function make() {
  const socket = new FakeBunSocket();
  const io = fromBunSocket(socket);
  const seen: unknown[] = [];
  io.closed.then(
    () => seen.push('closed'),
    (error) => seen.push(error),
  );
  return { handlers: socket.handlers, io, seen, socket };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const lost = expect.objectContaining({ code: 'ERR_CONNECTION_LOST' });

describe('fromBunSocket', () => {
  it('is paused while nobody reads, and what comes all the same is kept in order', async () => {
    const { handlers, io, socket } = make();
    expect(socket.paused).toBe(true);
    const read = io.read();
    expect(socket.paused).toBe(false);
    handlers.data?.(socket, bytes(1));
    expect(socket.paused).toBe(true);
    handlers.data?.(socket, bytes(2));
    expect([await read, io.read(), socket.paused]).toEqual([bytes(1), bytes(2), true]);
  });

  it('what the kernel takes in part goes on when it drains, once', async () => {
    const { handlers, io, socket } = make();
    expect(io.write([bytes(1, 2), bytes(3)])).toBeUndefined();
    socket.room = 2;
    let taken = 0;
    Promise.resolve(io.write([bytes(4, 5), bytes(6, 7)])).then(() => taken++);
    for (const [room, done] of [
      [1, 0],
      [0, 0],
      [5, 1],
    ] as const) {
      socket.room = room;
      handlers.drain?.(socket);
      await turn();
      expect(taken).toBe(done);
    }
    handlers.drain?.(socket);
    expect(socket.written).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('a socket that is closed takes nothing: writes and reads fail, and all is told', async () => {
    const { io, seen, socket } = make();
    socket.room = -1;
    await expect(io.write([bytes(1)])).rejects.toEqual(lost);
    expect(() => io.write([bytes(1)])).toThrow('The socket was closed');
    expect(() => io.read()).toThrow('The socket was closed');
    await expect(io.close()).rejects.toEqual(lost);
    await turn();
    expect(seen).toEqual([lost]);
  });

  it('close() half-closes after what was written, once; the peer’s end then ends it', async () => {
    const { handlers, io, seen, socket } = make();
    socket.room = 1;
    io.write([bytes(1, 2)]);
    const closed = io.close();
    await turn();
    expect(socket.heard).toEqual([]);
    socket.room = 9;
    handlers.drain?.(socket);
    await closed;
    await io.close();
    expect(socket.heard).toEqual(['shutdown']);
    const read = io.read();
    handlers.end?.(socket);
    expect([await read, socket.heard]).toEqual([null, ['shutdown', 'end']]);
    handlers.close?.(socket);
    await turn();
    expect(seen).toEqual(['closed']);
  });

  it('after the peer’s end close() ends it', async () => {
    const { handlers, io, socket } = make();
    handlers.end?.(socket);
    expect([io.read(), socket.heard]).toEqual([null, []]);
    await io.close();
    expect(socket.heard).toEqual(['end']);
  });

  it.each([
    ['before either end, without an error', undefined, lost],
    ['with an error', new Error('reset'), expect.objectContaining({ message: 'reset' })],
  ])('a close %s is a loss', async (_, error, reason) => {
    const { handlers, io, seen, socket } = make();
    const read = Promise.resolve(io.read());
    handlers.close?.(socket, error);
    await expect(read).rejects.toEqual(reason);
    expect(seen).toEqual([reason]);
  });

  it('a close may come without the peer’s end', async () => {
    const { handlers, io, seen, socket } = make();
    await io.close();
    const read = io.read();
    handlers.close?.(socket);
    expect([await read, seen]).toEqual([null, ['closed']]);
  });

  it('what was received before an error is read before it', async () => {
    const { handlers, io, socket } = make();
    handlers.data?.(socket, bytes(1));
    handlers.error?.(socket, new Error('reset'));
    handlers.close?.(socket, new Error('later'));
    expect(io.read()).toEqual(bytes(1));
    expect(() => io.read()).toThrow('reset');
  });

  it.each([
    [undefined, 'end', lost],
    ['enough', 'terminate', 'enough'],
  ])('an abort with %s is one for who waits, and the peer sees it', async (reason, how, error) => {
    const { handlers, io, seen, socket } = make();
    const read = Promise.resolve(io.read());
    socket.room = 0;
    const write = Promise.resolve(io.write([bytes(1)]));
    io.abort(reason);
    const failed = (promise: Promise<unknown>) => promise.catch((e) => e);
    expect(await Promise.all([failed(read), failed(write)])).toEqual([error, error]);
    expect([socket.heard, seen]).toEqual([[how], [error]]);
    handlers.close?.(socket);
    await io.close();
    expect(seen).toHaveLength(1);
  });

  it('the sockets of a listener share callbacks, and each is found by itself', async () => {
    const sockets = [new FakeBunSocket(), new FakeBunSocket()] as const;
    for (const socket of sockets) socket.listener = {};
    const [first, second] = sockets.map((socket) => fromBunSocket(socket));
    expect(sockets.map(({ handlers }) => handlers)).toEqual([{}, {}]);
    const reads = [first?.read(), second?.read()];
    bunSocketHandlers.data?.(sockets[1], bytes(2));
    bunSocketHandlers.data?.(sockets[0], bytes(1));
    expect(await Promise.all(reads)).toEqual([bytes(1), bytes(2)]);
    for (const name of ['data', 'drain', 'end', 'error', 'close'] as const)
      bunSocketHandlers[name]?.(new FakeBunSocket(), undefined as never);
  });

  it('tells what is known of the connection', () => {
    const socket = new FakeBunSocket();
    const io = fromBunSocket(socket, true);
    expect(io.info).toEqual({
      remoteAddress: '10.0.0.1',
      localAddress: '10.0.0.2:80',
      encrypted: true,
      alpn: undefined,
    });
    const agreed = Object.assign(new FakeBunSocket(), { alpnProtocol: 'h2', localAddress: undefined });
    expect(fromBunSocket(agreed).info).toMatchObject({
      localAddress: undefined,
      encrypted: false,
      alpn: 'h2',
    });
  });
});
