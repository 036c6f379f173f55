import { SluiceError } from './sluice-error.ts';

/** An HTTP/2 stream was reset. `errorCode` is the RFC 9113 section 7 code; `remote` tells who sent it. */
export class StreamResetError extends SluiceError {
  declare readonly errorCode: number;
  declare readonly remote: boolean;

  constructor(
    errorCode: number,
    remote: boolean,
    message = `Stream reset by ${remote ? 'the peer' : 'us'} with code ${errorCode}`,
  ) {
    super('ERR_STREAM_RESET', message, { name: 'StreamResetError', errorCode, remote });
  }
}
