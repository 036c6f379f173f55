export type { FetchHandlerOptions } from '../shared/serve-fetch.ts';
export { type FromMessagePortOptions, fromMessagePort } from './from-message-port.ts';
export { type ReadBodyOptions, readBody } from './read-body.ts';
export {
  type FileHandleLike,
  type FileWritable,
  type SaveToOptions,
  type SyncHandle,
  saveTo,
} from './save-to.ts';
export { type FetchEventLike, type FetchListenerOptions, toFetchListener } from './to-fetch-listener.ts';
export { type ToMessagePortOptions, toMessagePort } from './to-message-port.ts';
export { type Uploaded, type UploadOptions, upload } from './upload.ts';
