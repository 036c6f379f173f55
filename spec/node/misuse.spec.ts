import { Readable, Stream, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import * as node from '../../adapters/node/mod.ts';

const { fromNodeDuplex, fromNodeReadable, fromNodeWritable, sendBody, toNodeWritable } = node;
const nothing = [undefined, null, 5, 'text', {}, new ReadableStream(), new WritableStream(), new Stream()];

describe('what is no stream of Node is refused at the call', () => {
  it('fromNodeReadable', () => {
    for (const value of [...nothing, new Writable()])
      expect(() => fromNodeReadable(value as Readable)).toThrow(
        /^Cannot use a stream as it must be a Node Readable: received /,
      );
  });

  it('fromNodeWritable and sendBody', async () => {
    for (const value of [...nothing, new Readable()]) {
      const message = /^Cannot use a stream as it must be a Node Writable: received /;
      expect(() => fromNodeWritable(value as Writable)).toThrow(message);
      await expect(sendBody(value as Writable, 'x')).rejects.toThrow(message);
    }
  });

  it('fromNodeDuplex', () => {
    for (const value of [...nothing, new Readable(), new Writable()])
      expect(() => fromNodeDuplex(value as never)).toThrow(TypeError);
  });

  it('toNodeWritable, and a stream that was closed before', async () => {
    for (const value of [undefined, null, 5, {}, new ReadableStream(), new Writable()])
      expect(() => toNodeWritable(value as never)).toThrow(
        /^Cannot use a stream as it must be a WritableStream: received /,
      );
    const stream = new WritableStream();
    await stream.close();
    const error = await new Promise((resolve) => toNodeWritable(stream).on('error', resolve));
    expect(error).toMatchObject({ code: 'ERR_CLOSED' });
  });
});
