export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export { connect, type WorkerConnectOptions } from './connect.ts';
export { fromWorkerSocket } from './from-worker-socket.ts';
export { type ExportedHandler, toExportedHandler } from './to-exported-handler.ts';
export type { WorkerContext, WorkerNative, WorkerSocket } from './worker-api.ts';
