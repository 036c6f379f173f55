export type { RunningServer } from '../../lib/http/running-server.ts';
export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export type { BunServer, BunSocket, BunSocketHandlers } from './bun-api.ts';
export { type BunConnectOptions, connect } from './connect.ts';
export { bunSocketHandlers, fromBunSocket } from './from-bun-socket.ts';
export { type BunServeOptions, serve } from './serve.ts';
export { type BunHandler, toBunHandler } from './to-bun-handler.ts';
