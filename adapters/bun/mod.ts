export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export type { BunServer } from './bun-api.ts';
export { type BunHandler, toBunHandler } from './to-bun-handler.ts';
