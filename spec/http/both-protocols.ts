import type {
  ClientConnection,
  ConnectOptions,
  Handler,
  ServeOptions,
  ServerConnection,
} from '../../lib/http/mod.ts';
import { ends as overMemory } from '../helpers/h2-ends.ts';

export const protocols = ['http/1.1', 'h2'] as const;

export interface Ends {
  readonly server: ServerConnection;
  readonly client: ClientConnection;
  /** What `onError` heard. */
  readonly errors: unknown[];
}

const { both } = overMemory();

/** Both ends of a connection in memory, ended after each spec. */
export function ends(
  protocol: (typeof protocols)[number],
  handler: Handler,
  serving: ServeOptions = {},
  connecting: ConnectOptions = {},
): Ends {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  return { ...both(handler, { protocol, onError, ...serving }, { protocol, ...connecting }), errors };
}
