import { connect } from 'node:net';
import { serve } from 'sluice/node';
import { tellOfListening } from './listen.ts';

await tellOfListening(
  serve,
  (port, host) =>
    new Promise((resolve) => {
      const socket = connect({ port, host }, () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    }),
);
