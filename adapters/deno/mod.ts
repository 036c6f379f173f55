export type { RunningServer } from '../../lib/http/running-server.ts';
export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export { connect, type DenoConnectOptions } from './connect.ts';
export type { DenoAddress, DenoConn, DenoServeInfo } from './deno-api.ts';
export { fromConn } from './from-conn.ts';
export { type DenoServeOptions, serve } from './serve.ts';
export { type DenoHandler, toDenoHandler } from './to-deno-handler.ts';
