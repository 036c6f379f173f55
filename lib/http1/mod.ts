/**
 * The HTTP/1.1 codec: bytes in, events out, no I/O. Experimental until 1.0.
 *
 * @module
 */
export {
  type BodyFraming,
  bodyFraming,
  type FramingHead,
  type RequestFramingHead,
  type ResponseFramingHead,
} from './body-framing.ts';
export type { BodyReader } from './body-reader.ts';
export { ChunkedDecoder, type ChunkedDecoderOptions } from './chunked-decoder.ts';
export { ChunkedEncoder } from './chunked-encoder.ts';
export { CloseReader } from './close-reader.ts';
export { Http1Connection } from './connection.ts';
export type {
  CloseEvent,
  DataEvent,
  EndEvent,
  ErrorEvent,
  Event,
  InformationalEvent,
  RequestEvent,
  ResponseEvent,
} from './events.ts';
export { type FlatFields, fieldValues } from './fields.ts';
export { LengthReader } from './length-reader.ts';
export { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
export type { SendEvent } from './message-writer.ts';
export { parseRequestHead } from './parse-request-head.ts';
export { parseResponseHead } from './parse-response-head.ts';
export { keepsAlive } from './persistence.ts';
export type { Http1ConnectionOptions, Http1Receiver, Http1State, SentRequest } from './receiver.ts';
export type { RequestHead } from './request-head.ts';
export type { RequestTarget } from './request-target.ts';
export type { ResponseHead } from './response-head.ts';
export { isForbiddenTrailer } from './trailer-fields.ts';
export { type RequestHeadInit, writeRequestHead } from './write-request-head.ts';
export { type ResponseHeadInit, writeResponseHead } from './write-response-head.ts';
