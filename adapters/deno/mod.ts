export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export type { DenoAddress, DenoServeInfo } from './deno-api.ts';
export { type DenoHandler, toDenoHandler } from './to-deno-handler.ts';
