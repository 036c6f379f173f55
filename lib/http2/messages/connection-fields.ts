/** Fields that belong to one connection and not to the message (RFC 9110 section 7.6.1, RFC 9113 section 8.2.2). */
export const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
