import { matrix } from './matrix.ts';

matrix({
  encrypted: false,
  // `.ci/run` has 64.
  mebibytes: Number(process.env['SLUICE_INTEROP_MIB'] ?? (process.env['CI'] ? 64 : 1)),
  page: 'docs/interop.md',
  title: 'every client against every server',
  note: 'bodies of 1 MiB, and in `.ci/run` of 64 MiB, compared by SHA-256. HTTP/1.1; HTTP/2 by prior knowledge in the rows that say h2. Over TLS: [interop-tls.md](interop-tls.md).',
});
