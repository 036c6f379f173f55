import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Where the certificate that signed those of the specs is. */
export const caFile: string = fixture('ca.cert.pem');
export const keyFile: string = fixture('localhost.key.pem');
export const certFile: string = fixture('localhost.cert.pem');
export const ca: string = readFileSync(caFile, 'utf8');
/** For localhost and 127.0.0.1. */
export const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Of everything that a stream of Node gives. */
export async function sha256Of(from: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of from) hash.update(chunk);
  return hash.digest('hex');
}
