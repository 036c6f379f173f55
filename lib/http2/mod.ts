/**
 * The HTTP/2 codec (RFC 9113, 7541, 8441, 9218): bytes in, events out. Experimental until 1.0.
 * @module
 */
export { ABUSE_LIMITS, type AbuseLimit, type AbuseLimits } from './connection/abuse-limits.ts';
export type { Http2Event } from './connection/http2-event.ts';
export type { Http2Options } from './connection/http2-options.ts';
export type { Http2Stats } from './connection/http2-stats.ts';
/** The error codes (RFC 9113 section 7). */
export * as ErrorCode from './error-code.ts';
export { FlowControl, type FlowControlOptions } from './flow-control/flow-control.ts';
export type { ReceiveWindow } from './flow-control/receive-window.ts';
/** The frame flags (RFC 9113 section 6). */
export * as Flag from './frames/flag.ts';
export type { Frame } from './frames/frame.ts';
export { FrameReader } from './frames/frame-reader.ts';
/** The frame types (RFC 9113 section 6; RFC 9218 section 7.1). */
export * as FrameType from './frames/frame-type.ts';
export { FrameWriter } from './frames/frame-writer.ts';
export type { Header } from './header.ts';
export { HpackDecoder, type HpackFields, type HpackLimits } from './hpack/hpack-decoder.ts';
export { HpackEncoder } from './hpack/hpack-encoder.ts';
export { Http2Connection } from './http2-connection.ts';
export type { Http2SendEvent } from './http2-send-event.ts';
export { type Priority, priorityOf } from './messages/priority-of.ts';
export type { RequestHead } from './messages/request-head.ts';
export type { ResponseHead } from './messages/response-head.ts';
export { Settings } from './settings.ts';
export { STREAM_STATES, type StreamEvent, type StreamState } from './stream-state.ts';
