// A fork in two, both branches read, against tee().
import { loadSluice } from './bundle.mjs';
import { report, rounds } from './rounds.mjs';

const { body, fork } = await loadSluice();
const chunks = 20_000;

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

for (const size of [1024, 65_536]) {
  const chunk = new Uint8Array(size);
  const medians = await rounds({
    'fork of a stream': () => both(fork(nativeStream(chunk), 2, { highWaterMark: 1 << 20 })),
    'tee()': () => both(nativeStream(chunk).tee()),
    'fork of a source': () => both(fork(source(chunk), 2, { highWaterMark: 1 << 20 })),
    'tee() of a body': () => both(body(source(chunk)).tee()),
  });
  report(`In two, both read, chunks of ${size} bytes`, 'chunks/s', chunks, medians);
}
