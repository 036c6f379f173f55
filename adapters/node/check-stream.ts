import { cannot } from '../../lib/errors/cannot.ts';

const methods = { Readable: ['on', 'read', 'destroy'], Writable: ['on', 'write', 'end', 'destroy'] } as const;

/** Throws unless a stream is one of Node's, of that kind; what inherits from none, but has its methods, is one. */
export function checkStream(stream: unknown, kind: keyof typeof methods): void {
  const given = Object(stream);
  if (methods[kind].some((method) => typeof given[method] !== 'function'))
    throw cannot('use a stream', `it must be a Node ${kind}`, stream);
}
