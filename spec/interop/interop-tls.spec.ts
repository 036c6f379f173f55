import { matrix } from './matrix.ts';

matrix({
  encrypted: true,
  mebibytes: 4,
  page: 'docs/interop-tls.md',
  title: 'every client against every server, over TLS',
  note: 'bodies of 4 MiB, compared by SHA-256. HTTP/1.1; HTTP/2 by ALPN in the rows that say h2 (workerd agrees on nothing: it names it).',
});
