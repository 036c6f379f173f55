import { Readable, Writable } from 'node:stream';

/** Turns of the event loop, for what is under way. */
export const rest = async (turns = 20) => {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A Readable without end that counts what it is asked for. */
export function producer(chunkBytes: number, options: { async?: boolean } = {}) {
  const state = { bytes: 0 };
  const readable = new Readable({
    read() {
      const push = () => {
        state.bytes += chunkBytes;
        this.push(Buffer.alloc(chunkBytes));
      };
      if (options.async) setImmediate(push);
      else push();
    },
  });
  return { readable, state };
}

/** A Writable that takes `writes` chunks and then stalls. */
export function staller(writes = 1) {
  const state = { bytes: 0 };
  const writable = new Writable({
    write(chunk, _encoding, callback) {
      state.bytes += chunk.byteLength;
      if (--writes > 0) callback();
    },
  });
  return { writable, state };
}

/** Bytes in a chunk. */
export const sizes = [1024, 65_536];
export const modes = [
  { chunk: 1024, hwm: 0 },
  { chunk: 1024, hwm: 131_072 },
  { chunk: 65_536, hwm: 0 },
  { chunk: 65_536, hwm: 131_072 },
];

const since = ['readableEnded', 'writableEnded', 'writableFinished', 'errored', 'closed'];
/** As readable-stream 2 and 3 have made it. */
export const old = <T extends Readable | Writable>(stream: T): T => {
  for (const name of since) Object.defineProperty(stream, name, { value: undefined });
  return stream;
};
export const oldOptions = { autoDestroy: false, emitClose: false };
