import { serve } from 'sluice/bun';
import { tellOfListening } from './listen.ts';

declare const Bun: { connect(options: object): Promise<{ end(): void }> };

await tellOfListening(serve, (port, hostname) =>
  Bun.connect({ port, hostname, socket: { data() {} } }).then(
    (socket) => {
      socket.end();
      return true;
    },
    () => false,
  ),
);
