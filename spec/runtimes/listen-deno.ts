import { serve } from 'sluice/deno';
import { tellOfListening } from './listen.ts';

declare const Deno: { connect(options: object): Promise<{ close(): void }> };

await tellOfListening(serve, (port, hostname) =>
  Deno.connect({ port, hostname }).then(
    (conn) => {
      conn.close();
      return true;
    },
    () => false,
  ),
);
