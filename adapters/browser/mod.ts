export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export { type FetchEventLike, type FetchListenerOptions, toFetchListener } from './to-fetch-listener.ts';
