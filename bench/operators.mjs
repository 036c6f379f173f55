// Five operators over 1 KiB chunks, against five TransformStreams and five Node Transforms.
import { Readable, Transform } from 'node:stream';
import { loadSources } from '../scripts/load-sources.mjs';
import { report, rounds } from './rounds.mjs';

const { pipe, tap, map, filter, limitBytes, body } = await loadSources('lib/mod.ts');
const chunks = 5000;
const chunk = new Uint8Array(1024);
const total = chunks * chunk.byteLength;

const bodySource = () => {
  let left = chunks;
  return { pull: () => (left-- > 0 ? chunk : null) };
};
const asyncSource = () => {
  let left = chunks;
  return { pull: async () => (left-- > 0 ? chunk : null) };
};
const nativeStream = () => {
  let left = chunks;
  return new ReadableStream(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};
const asyncStream = () => {
  let left = chunks;
  return new ReadableStream(
    {
      async pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};
const readable = () => {
  let left = chunks;
  return new Readable({
    read() {
      this.push(left-- > 0 ? chunk : null);
    },
  });
};
const asyncReadable = () => {
  let left = chunks;
  const next = async () => (left-- > 0 ? chunk : null);
  return new Readable({
    async read() {
      this.push(await next());
    },
  });
};
const drain = async (stream) => {
  const reader = stream.getReader();
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength;
  if (bytes !== total) throw new Error(`${bytes} of ${total} bytes`);
};
const five = () => [tap(() => {}), map((part) => part), filter(() => true), limitBytes(total), tap(() => {})];
const steps = [() => {}, (part) => part, () => true, () => {}, () => {}];
const native = (from) => {
  let stream = from;
  for (const step of steps)
    stream = stream.pipeThrough(
      new TransformStream({
        transform(part, controller) {
          step(part);
          controller.enqueue(part);
        },
      }),
    );
  return stream;
};
const node = async (from) => {
  let stream = from;
  for (const step of steps)
    stream = stream.pipe(
      new Transform({
        transform(part, _encoding, done) {
          step(part);
          done(null, part);
        },
      }),
    );
  let bytes = 0;
  for await (const part of stream) bytes += part.byteLength;
  if (bytes !== total) throw new Error(`${bytes} of ${total} bytes`);
};

/** What no pipe over the public `read()` can be cheaper than: a stream over a stream, without any operator. */
const least = (from) => {
  const reader = from.getReader();
  return new ReadableStream(
    {
      pull: (controller) =>
        void reader.read().then(({ done, value }) => (done ? controller.close() : controller.enqueue(value))),
    },
    { highWaterMark: 0 },
  );
};

const sync = await rounds({
  'pipe with five operators': () => drain(pipe(bodySource(), ...five())),
  'five TransformStreams': () => drain(native(nativeStream())),
  'five Node Transforms': () => node(readable()),
  'no operator: body()': () => drain(body(bodySource())),
});
report('Chunks of 1 KiB from a synchronous source', 'chunks/s', chunks, sync);
const late = await rounds({
  'pipe with five operators': () => drain(pipe(asyncSource(), ...five())),
  'five TransformStreams': () => drain(native(asyncStream())),
  'five Node Transforms': () => node(asyncReadable()),
  'no operator: the native stream itself': () => drain(asyncStream()),
});
report('Chunks of 1 KiB from an asynchronous source', 'chunks/s', chunks, late);
const foreign = await rounds({
  'pipe with five operators': () => drain(pipe(nativeStream(), ...five())),
  'five TransformStreams': () => drain(native(nativeStream())),
  'five Node Transforms': () => node(Readable.fromWeb(nativeStream())),
  'no operator: a native stream over it': () => drain(least(nativeStream())),
});
report('Chunks of 1 KiB from a native stream', 'chunks/s', chunks, foreign);
