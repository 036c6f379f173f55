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

export const protocols = ['http/1.1', 'h2'] as const;

export interface Ends {
  readonly server: ServerConnection;
  readonly client: ClientConnection;
  /** What `onError` heard. */
  readonly errors: unknown[];
}

const open: { abort(): void }[] = [];

afterEach(() => {
  for (const connection of open.splice(0)) connection.abort();
});

/** Both ends of a connection in memory, ended after each spec. */
export function ends(
  protocol: (typeof protocols)[number],
  handler: Handler,
  serving: ServeOptions = {},
  connecting: ConnectOptions = {},
): Ends {
  const [there, here] = duplexPair();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const server = serveConnection(there, handler, { protocol, onError, ...serving });
  const client = openConnection(here, { protocol, ...connecting });
  open.push(server, client);
  return { server, client, errors };
}
