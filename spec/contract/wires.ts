import type { OpenSockets, WireBrand } from './contract.ts';

const protocols = [
  ['HTTP/1.1', 'http/1.1'],
  ['HTTP/2', 'h2'],
] as const;

/** A busy machine is no idle connection. */
const patient = { keepAliveTimeout: 60_000 };

/** Both protocols over memory, and over the sockets of the runtime. */
export const wires = (sockets: OpenSockets): readonly WireBrand[] =>
  protocols.flatMap(([title, protocol]): WireBrand[] => [
    {
      name: `${title} over duplexPair`,
      protocol,
      sockets: false,
      async open({ http, testing }, handler, { serve, connect } = {}) {
        const [there, here] = testing.duplexPair();
        const server = http.serveConnection(there, handler, { ...patient, ...serve });
        return { server, client: http.openConnection(here, { protocol, ...connect }) };
      },
    },
    {
      name: `${title} over sockets`,
      protocol,
      sockets: true,
      open: (_library, handler, { serve, connect = {} } = {}) =>
        sockets(protocol, handler, { serve: { ...patient, ...serve }, connect }),
    },
  ]);
