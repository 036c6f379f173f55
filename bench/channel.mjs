// A channel against a TransformStream used as a queue: one sender that waits for room, one reader.
import { loadSources } from '../scripts/load-sources.mjs';
import { report, rounds } from './rounds.mjs';

const { channel } = await loadSources('lib/mod.ts');
const chunks = 5000;

const drain = async (stream) => {
  const reader = stream.getReader();
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength;
  return bytes;
};

for (const size of [16, 1024, 65_536]) {
  const chunk = new Uint8Array(size);
  const highWaterMark = 64 * size;
  const medians = await rounds({
    channel: async () => {
      const { sender, body } = channel({ highWaterMark });
      const read = drain(body);
      for (let i = 0; i < chunks; i++) await sender.send(chunk);
      sender.close();
      if ((await read) !== chunks * size) throw new Error('bytes lost');
    },
    TransformStream: async () => {
      const { readable, writable } = new TransformStream(
        {},
        { highWaterMark, size: (part) => part.byteLength },
        { highWaterMark, size: (part) => part.byteLength },
      );
      const read = drain(readable);
      const writer = writable.getWriter();
      for (let i = 0; i < chunks; i++) {
        await writer.ready;
        writer.write(chunk);
      }
      writer.close();
      if ((await read) !== chunks * size) throw new Error('bytes lost');
    },
  });
  report(`Chunks of ${size} bytes`, 'chunks/s', chunks, medians);
}
