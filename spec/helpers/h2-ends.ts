import { afterEach } from '@jest/globals';
import {
  type ClientConnection,
  type ConnectOptions,
  type Handler,
  openConnection,
  type ServeOptions,
  type ServerConnection,
  serveConnection,
} from '../../lib/http/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';
import { RawHttp2 } from './raw-http2.ts';

const ROOM = { highWaterMark: 1 << 24 };

type Settings = readonly (readonly [number, number])[];

/** Connections over memory, ended after each spec. */
export interface Ends {
  /** A server of ours and a raw client. */
  served(
    handler: Handler,
    settings?: Settings,
    options?: ServeOptions,
  ): { connection: ServerConnection; client: RawHttp2 };
  /** A client of ours and a raw server. */
  opened(settings?: Settings, options?: ConnectOptions): { connection: ClientConnection; server: RawHttp2 };
  /** Both ours. */
  both(
    handler: Handler,
    serve?: ServeOptions,
    open?: ConnectOptions,
  ): { server: ServerConnection; client: ClientConnection };
}

export function ends(): Ends {
  const open: { abort(): void }[] = [];
  afterEach(() => {
    for (const connection of open.splice(0)) connection.abort();
  });
  const kept = <C extends { abort(): void }>(connection: C): C => {
    open.push(connection);
    return connection;
  };
  return {
    served(handler, settings = [], options = {}) {
      const [there, here] = duplexPair(ROOM);
      const connection = kept(serveConnection(there, handler, { protocol: 'h2', ...options }));
      return { connection, client: new RawHttp2(here, 'client', settings) };
    },
    opened(settings = [], options = {}) {
      const [there, here] = duplexPair(ROOM);
      const server = new RawHttp2(there, 'server', settings);
      return { connection: kept(openConnection(here, { protocol: 'h2', ...options })), server };
    },
    both(handler, serve = {}, options = {}) {
      const [there, here] = duplexPair({ highWaterMark: 1 << 16 });
      return {
        server: kept(serveConnection(there, handler, { protocol: 'auto', ...serve })),
        client: kept(openConnection(here, { protocol: 'h2', ...options })),
      };
    },
  };
}
