export { fromNodeDuplex, type NodeDuplexStreams } from './from-node-duplex.ts';
export { fromNodeReadable } from './from-node-readable.ts';
export { fromNodeWritable } from './from-node-writable.ts';
export { type SendBodyOptions, sendBody } from './send-body.ts';
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './to-node-listener.ts';
export { toNodeReadable } from './to-node-readable.ts';
export { toNodeWritable, type WritableLike } from './to-node-writable.ts';
