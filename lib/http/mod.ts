export type { FetchAPI } from './fetch-api.ts';
export type { Handler, HandlerInfo } from './handler.ts';
export { proxyResponse } from './proxy-response.ts';
export { respond } from './respond.ts';
export { trailersOf } from './trailers-of.ts';
