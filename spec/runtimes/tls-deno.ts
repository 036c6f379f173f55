import { connect, serve } from 'sluice/deno';
import { respond } from 'sluice/http';

interface Conn {
  setNoDelay(on: boolean): void;
}
declare const Deno: { connect(options: object): Promise<Conn> };

// A connection of TLS has no such method: it is called on the one below.
const dial = Deno.connect;
let noDelay = false;
Deno.connect = async (options) => {
  const conn = await dial(options);
  const set = conn.setNoDelay.bind(conn);
  conn.setNoDelay = (on) => {
    noDelay = on;
    set(on);
  };
  return conn;
};

const [key = '', cert = '', url = '', ca = ''] = process.argv.slice(2);
const server = await serve((_request, info) => respond(`encrypted: ${info.encrypted}`), {
  hostname: '127.0.0.1',
  tls: { key, cert },
});
console.log(JSON.stringify({ port: server.port }));
const refused = await connect(url).then(
  () => 'connected',
  () => 'refused',
);
const connection = await connect(url, { caCerts: [ca] });
const text = await (await connection.fetch('/')).text();
console.log(JSON.stringify({ refused, text, protocol: await connection.protocol, noDelay }));
await server.close();
console.log(JSON.stringify('closed'));
