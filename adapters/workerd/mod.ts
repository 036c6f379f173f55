export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export { type ExportedHandler, toExportedHandler } from './to-exported-handler.ts';
export type { WorkerContext, WorkerNative } from './worker-api.ts';
