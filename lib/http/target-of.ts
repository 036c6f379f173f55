import { cannot } from '../errors/cannot.ts';

export interface Target {
  readonly origin: URL;
  readonly encrypted: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** Whom a URL names: TCP for `http:`, TLS for `https:`. */
export function targetOf(url: string | URL): Target {
  const origin = URL.canParse(url) ? new URL(url) : undefined;
  const encrypted = origin?.protocol === 'https:';
  if (!origin || (!encrypted && origin.protocol !== 'http:'))
    throw cannot('connect', 'the URL must be one of http: or https:', String(url));
  const { hostname, port } = origin;
  return {
    origin,
    encrypted,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (encrypted ? 443 : 80)),
  };
}
