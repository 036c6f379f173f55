import * as whatwg from '@whatwg-node/fetch';
import * as polyfill from 'web-streams-polyfill';
import type { AnyStream, Brands, ConsumerBrand, SourceBrand, Underlying } from './contract.ts';

type StreamClass = new (source: object, strategy?: object) => AnyStream;

interface Controller {
  enqueue(chunk: Uint8Array): void;
  close(): void;
}

const streamOf = (Stream: unknown, from: Underlying, type?: 'bytes'): AnyStream =>
  new (Stream as StreamClass)(
    {
      type,
      async pull(controller: Controller) {
        const chunk = await from.pull();
        if (chunk === undefined) controller.close();
        // A byte stream takes the buffer away from whoever enqueues it.
        else controller.enqueue(type === undefined ? chunk : chunk.slice());
      },
      cancel: (reason: unknown) => from.cancel?.(reason),
    },
    { highWaterMark: 0 },
  );

const source = (name: string, Stream: unknown, type?: 'bytes'): SourceBrand => ({
  name,
  stream: (from) => streamOf(Stream, from, type),
});

/** A stream of the brand that stands on the body, as one who only knows that brand would make it. */
const consumer = (name: string, Stream: unknown): ConsumerBrand => ({
  name,
  read(from) {
    const reader = from.getReader();
    const pull = async (): Promise<Uint8Array | undefined> => (await reader.read()).value;
    return streamOf(Stream, {
      pull,
      cancel: (reason) => reader.cancel(reason),
    }).getReader();
  },
});

const responseConsumer = (name: string, Message: unknown): ConsumerBrand => ({
  name,
  read: (from) => (new (Message as typeof Response)(from).body as unknown as AnyStream).getReader(),
});

const responseSource = (name: string, Stream: unknown, Message: unknown): SourceBrand => ({
  name,
  stream: (from) =>
    new (Message as typeof Response)(streamOf(Stream, from) as ReadableStream).body as unknown as AnyStream,
});

/** The brands that a runtime has to work with; its own come first. */
export const brands: Brands = {
  source: [
    source('native', ReadableStream),
    source('native bytes', ReadableStream, 'bytes'),
    responseSource('native Response', ReadableStream, Response),
    source('polyfill', polyfill.ReadableStream),
    source('polyfill bytes', polyfill.ReadableStream, 'bytes'),
    source('whatwg-node', whatwg.ReadableStream),
    responseSource('whatwg-node Response', ReadableStream, whatwg.Response),
  ],
  consumer: [
    { name: 'native', read: (from) => from.getReader() },
    responseConsumer('native Response', Response),
    consumer('polyfill', polyfill.ReadableStream),
    consumer('whatwg-node', whatwg.ReadableStream),
    responseConsumer('whatwg-node Response', whatwg.Response),
  ],
  streams: [
    { name: 'native', WritableStream, TransformStream },
    {
      name: 'polyfill',
      WritableStream: polyfill.WritableStream as unknown as typeof WritableStream,
      TransformStream: polyfill.TransformStream as unknown as typeof TransformStream,
    },
    {
      name: 'whatwg-node',
      WritableStream: whatwg.WritableStream,
      TransformStream: whatwg.TransformStream,
    },
  ],
  fetch: [
    { name: 'native', Request, Response, Headers },
    {
      name: 'whatwg-node',
      Request: whatwg.Request,
      Response: whatwg.Response,
      Headers: whatwg.Headers,
    },
  ],
};
