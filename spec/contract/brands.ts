import * as whatwg from '@whatwg-node/fetch';
import * as polyfill from 'web-streams-polyfill';
import type { AnyStream, Brands, ConsumerBrand, OpenSockets, SourceBrand, Underlying } from './contract.ts';
import { wires } from './wires.ts';

/** Node with its stream classes taken away, and `sluice/polyfill`. */
export const WITHOUT_STREAMS = 'node polyfill';

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

/** Streams and messages of each kind; the runtime's own come first. */
export const brands: Omit<Brands, 'wire'> = {
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

/** The brands that a runtime has to work with, and the wires that it has. */
export function brandsFor(runtime: string, sockets: OpenSockets): Brands {
  const all = { ...brands, wire: wires(sockets) };
  if (runtime !== WITHOUT_STREAMS) return all;
  // @whatwg-node/fetch stands on node:stream, which keeps streams of its own.
  const left = ({ name }: { readonly name: string }): boolean => !name.startsWith('whatwg-node');
  return {
    ...all,
    source: all.source.filter(left),
    consumer: all.consumer.filter(left),
    streams: all.streams.filter(left),
    fetch: all.fetch.filter(left),
  };
}
