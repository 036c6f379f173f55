// A fork in two, both branches read, against tee().
import { loadSources } from '../scripts/load-sources.mjs';
import { report, rounds } from './rounds.mjs';

const { body, fork } = await loadSources('lib/mod.ts');
const chunks = 5000;

const nativeStream = (chunk) => {
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
const source = (chunk) => {
  let left = chunks;
  return { pull: () => (left-- > 0 ? chunk : null) };
};
const drain = async (stream) => {
  const reader = stream.getReader();
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength;
  return bytes;
};
const both = async ([a, b]) => {
  await Promise.all([drain(a), drain(b)]);
};

/** What no fork over the public `read()` can be cheaper than: no bound, no length, no error, nothing counted. */
const least = (from) => {
  const reader = from.getReader();
  const open = [];
  let waiting = 0;
  const land = ({ done, value }) => {
    waiting = 0;
    for (const controller of open)
      if (done) controller.close();
      else controller.enqueue(value);
  };
  const branch = () =>
    new ReadableStream(
      {
        start: (controller) => void open.push(controller),
        pull: () => {
          if (++waiting === 2) reader.read().then(land);
        },
      },
      { highWaterMark: 0 },
    );
  return [branch(), branch()];
};

for (const size of [1024, 65_536]) {
  const chunk = new Uint8Array(size);
  const options = { highWaterMark: 1 << 20 };
  const ours = await rounds({
    fork: () => both(fork(body(source(chunk), { transfer: true }), 2, options)),
    'tee()': () => both(body(source(chunk)).tee()),
  });
  report(`A body in two, both read, chunks of ${size} bytes`, 'chunks/s', chunks, ours);
  const foreign = await rounds({
    fork: () => both(fork(nativeStream(chunk), 2, options)),
    'tee()': () => both(nativeStream(chunk).tee()),
    'the least that read() can cost': () => both(least(nativeStream(chunk))),
  });
  report(`A native stream in two, both read, chunks of ${size} bytes`, 'chunks/s', chunks, foreign);
}
