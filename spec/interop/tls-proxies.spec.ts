import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type RunningServer, serve } from '../../adapters/node/mod.ts';
import { trailersOf } from '../../lib/http/mod.ts';
import { body, bodyOf, iterate } from '../../lib/mod.ts';
import { missing, startPeer } from '../helpers/peers.ts';
import { ca, certFile, keyFile, sha256Of, tls } from '../helpers/tls.ts';
import { handler, source, sum } from './tls-handler.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
const both = join(folder, 'both.pem');
let server: RunningServer;

beforeAll(async () => {
  writeFileSync(both, `${tls.cert}${tls.key}`);
  server = await serve(handler, { hostname: '127.0.0.1', tls });
});
afterAll(() => {
  server?.abort();
  rmSync(folder, { recursive: true });
});

/** What goes in front: its configuration, and what it does with trailers. */
interface Proxy {
  readonly name: string;
  readonly behind: 'h2' | 'http/1.1';
  args(config: string): readonly string[];
  config(port: number, target: number): string;
  trailers(protocol: string): string | null;
}

const haproxy = (behind: Proxy['behind']): Proxy => ({
  name: 'haproxy',
  behind,
  args: (config) => ['-db', '-f', config],
  config: (port, target) => `defaults
  mode http
  timeout client 20s
  timeout server 20s
  timeout connect 20s
listen all
  bind 127.0.0.1:${port} ssl crt ${both} alpn h2,http/1.1
  server one 127.0.0.1:${target} ssl verify none alpn ${behind}
`,
  // From HTTP/2 to HTTP/1.1 it takes none.
  trailers: (protocol) => (behind === 'h2' && protocol === 'http/1.1' ? null : 'yes'),
});

const nginx: Proxy = {
  name: 'nginx',
  behind: 'http/1.1',
  args: (config) => ['-c', config, '-p', folder, '-e', join(folder, 'error.log')],
  config: (port, target) => `daemon off; master_process off; pid nginx.pid; error_log error.log;
events {}
http {
  access_log off; client_max_body_size 0; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
  uwsgi_temp_path t4; scgi_temp_path t5;
  server {
    listen 127.0.0.1:${port} ssl http2; ssl_certificate ${certFile}; ssl_certificate_key ${keyFile};
    location / {
      proxy_pass https://127.0.0.1:${target}; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_request_buffering off; proxy_buffering off;
    }
  }
}
`,
  trailers: () => null,
};

describe('TLS on both sides of', () => {
  for (const proxy of [haproxy('h2'), haproxy('http/1.1'), nginx]) {
    const { name, behind } = proxy;
    const title = `${name}, ${behind} behind: each protocol, bodies both ways, trailers`;
    const test = async (): Promise<void> => {
      const config = join(folder, `${name}.conf`);
      const peer = await startPeer(name, (port) => {
        writeFileSync(config, proxy.config(port, server.port));
        return proxy.args(config);
      });
      for (const protocol of ['http/1.1', 'h2'] as const) {
        const connection = await connect(`https://127.0.0.1:${peer.port}`, { ca, protocol });
        expect(await (await connection.fetch('/')).text()).toContain(`${behind} true TLSv1.`);
        expect(await sha256Of(iterate(bodyOf(await connection.fetch('/data'))))).toBe(sum);
        const upload = { method: 'POST', body: body(source()), duplex: 'half' } as const;
        expect(await (await connection.fetch('/sha', upload)).text()).toBe(sum);
        const response = await connection.fetch('/trailers');
        expect(await response.text()).toBe('abc');
        expect((await trailersOf(response)).get('x-t')).toBe(proxy.trailers(protocol));
        await connection.close();
      }
      peer.stop();
    };
    if (missing(name)) it.skip(`${title} (${name} is not installed)`, test);
    else it(title, test);
  }
});
