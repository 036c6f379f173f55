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

/** What `open` gives; when the signal aborts first, its reason, and `drop` gets what comes late. */
export async function unlessAborted<T>(
  open: Promise<T>,
  signal: AbortSignal | undefined,
  drop: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return open;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([open, aborted]);
  } catch (error) {
    open.then(drop, () => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
