import { SluiceError } from './sluice-error.ts';

/** Where and how the peer broke the protocol. */
export interface ProtocolErrorOptions {
  readonly protocol: 'http/1.1' | 'h2';
  /** Bytes into the input (a head, a body's framing) at which the fault was seen. */
  readonly offset?: number;
  /** The status a server answers with before it closes. */
  readonly statusHint?: number;
  /** The HTTP/2 error code (RFC 9113 section 7). */
  readonly errorCode?: number;
  /** What the fault ends: one message, one stream, or the connection. */
  readonly scope?: 'message' | 'stream' | 'connection';
  readonly cause?: unknown;
}

/** The peer broke the protocol; never the caller's fault. */
export class ProtocolError extends SluiceError {
  declare readonly protocol: 'http/1.1' | 'h2';
  declare readonly offset: number | undefined;
  declare readonly statusHint: number | undefined;
  declare readonly errorCode: number | undefined;
  declare readonly scope: 'message' | 'stream' | 'connection' | undefined;

  constructor(message: string, options: ProtocolErrorOptions) {
    super('ERR_PROTOCOL', message, { name: 'ProtocolError', ...options });
  }
}
