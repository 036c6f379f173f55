export type { ConnectOptions } from './connect-options.ts';
export type {
  ClientConnection,
  ConnectionStats,
  FetchInit,
  Protocol,
  ServerConnection,
  StreamStats,
  Tunnel,
  TunnelInit,
} from './connection.ts';
export { type DecodeChunkedOptions, type DecodedBody, decodeChunked } from './decode-chunked.ts';
export { encodeChunked } from './encode-chunked.ts';
export type { FetchAPI } from './fetch-api.ts';
export type { Handler, HandlerInfo } from './handler.ts';
export { HTTP_LIMITS } from './limits.ts';
export { openConnection } from './open-connection.ts';
export { proxyResponse } from './proxy-response.ts';
export { respond } from './respond.ts';
export { serveConnection } from './serve-connection.ts';
export type { DuplexTaker, ServeOptions, Upgrade, UpgradeHandler } from './serve-options.ts';
export { trailersOf } from './trailers-of.ts';
export type { Duplex, Transport, TransportInfo } from './transport.ts';
