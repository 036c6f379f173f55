import { cannot } from '../errors/cannot.ts';
import type { Duplex, Transport } from './transport.ts';

const has = (object: unknown, method: string): boolean =>
  typeof (object as Record<string, unknown> | null | undefined)?.[method] === 'function';

/** Whether it is two streams; else it is a Transport. @throws TypeError for what is neither, and for streams that are locked. */
export function isDuplex(io: Duplex | Transport): io is Duplex {
  const { readable, writable } = Object(io) as Partial<Duplex>;
  const duplex = has(readable, 'getReader') && has(writable, 'getWriter');
  // A socket of Node's has a `read`, a `write` and a `readable` too.
  if (!duplex && !(has(io, 'read') && has(io, 'abort')))
    throw cannot('use a connection', 'it must be a Duplex or a Transport', io);
  if (duplex && (readable?.locked || writable?.locked))
    throw cannot('use a connection', 'its streams must not be locked', io);
  return duplex;
}
