export interface Target {
  readonly origin: URL;
  readonly encrypted: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** Whom a URL names: TCP for `http:`, TLS for `https:`. */
export function targetOf(url: string | URL): Target {
  const origin = new URL(url);
  const { protocol, hostname, port } = origin;
  const encrypted = protocol === 'https:';
  if (!encrypted && protocol !== 'http:')
    throw new TypeError(`Cannot connect as the URL must be http: or https:: received ${protocol}`);
  return {
    origin,
    encrypted,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (encrypted ? 443 : 80)),
  };
}
