/** Fields that must not come as trailers: framing, routing, authentication and how the body is to be read (RFC 9110 section 6.5.1). */
const forbidden = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'keep-alive',
  'max-forwards',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The fields that may be sent as trailers; the others are dropped. */
export function trailerFields(trailers: Headers): [string, string][] {
  const fields: [string, string][] = [];
  trailers.forEach((value, name) => {
    if (!forbidden.has(name.toLowerCase())) fields.push([name, value]);
  });
  return fields;
}
