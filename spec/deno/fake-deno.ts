import { afterAll } from '@jest/globals';
import type { DenoConn } from '../../adapters/deno/deno-api.ts';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';
import type { FakeConn } from './fake-conn.ts';

/** Deno's own global, as far as it is used: it keeps what it was asked for. */
export function fakeDeno() {
  const asked: Record<string, unknown>[] = [];
  const state = {
    os: 'linux',
    closed: 0,
    /** The connection over TLS that is made of one. */
    shakes: (conn: FakeConn): FakeConn => conn,
    refuses: (_hostname: string): boolean => false,
    opening: deferred<FakeConn>(),
    accepting: deferred<DenoConn | null>(),
  };
  const connect = (options: object) => {
    asked.push({ ...options });
    state.opening = deferred();
    return state.opening.promise;
  };
  const listen = (how: string) => (options: { hostname: string }) => {
    asked.push({ how, ...options });
    if (state.refuses(options.hostname)) throw new Error('in use');
    return {
      addr: { transport: 'tcp', hostname: options.hostname, port: 4321 },
      close: () => void state.closed++,
      async *[Symbol.asyncIterator]() {
        for (let conn = await next(state); conn !== null; conn = await next(state)) yield conn;
      },
    };
  };
  const deno = {
    get build() {
      return { os: state.os };
    },
    connect,
    async startTls(conn: FakeConn, options: object) {
      asked.push({ ...options });
      return state.shakes(conn);
    },
    listen: listen('tcp'),
    listenTls: listen('tls'),
  };
  const before = Reflect.get(globalThis, 'Deno');
  Reflect.set(globalThis, 'Deno', deno);
  afterAll(() => void Reflect.set(globalThis, 'Deno', before));
  return { asked, state };
}

function next(state: { accepting: Deferred<DenoConn | null> }): Promise<DenoConn | null> {
  state.accepting = deferred();
  return state.accepting.promise;
}
