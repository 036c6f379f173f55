// ChunkedDecoder against undici's wasm build of llhttp: the same wire bytes, fed in 64 KiB slices, paired rounds, medians.
//   node bench/http1-decoder.mjs
import { createRequire } from 'node:module';
import { loadSources } from '../scripts/load-sources.mjs';

const require = createRequire(import.meta.url);
const { ChunkedDecoder } = await loadSources('lib/http1/mod.ts');
const SLICE = 64 * 1024;
const ROUNDS = 25;
const TOTAL = 64 * 1024 * 1024;

/** The body in chunks of `size`, cut into slices as a socket would give them. */
function wire(size, total) {
  const chunk = Buffer.concat([
    Buffer.from(`${size.toString(16)}\r\n`),
    Buffer.alloc(size, 'x'),
    Buffer.from('\r\n'),
  ]);
  const count = Math.floor(total / size);
  const bytes = Buffer.concat([...Array(count).fill(chunk), Buffer.from('0\r\n\r\n')]);
  const slices = [];
  for (let i = 0; i < bytes.length; i += SLICE) slices.push(new Uint8Array(bytes.subarray(i, i + SLICE)));
  return { slices, payload: count * size };
}

/** Counts payload bytes and data events by offset. */
function sluice({ slices, payload }) {
  const decoder = new ChunkedDecoder();
  let bytes = 0;
  let events = 0;
  for (const slice of slices) {
    const offsets = [];
    decoder.read(slice, 0, slice.length, offsets);
    for (let i = 0; i < offsets.length; i += 2) {
      bytes += offsets[i + 1] - offsets[i];
      events++;
    }
  }
  if (!decoder.done || bytes !== payload) throw new Error('wrong result');
  return events;
}

const counted = { bytes: 0, events: 0, complete: false };
const source = (() => {
  try {
    return require('undici/lib/llhttp/llhttp_simd-wasm.js');
  } catch {
    return require('undici/lib/llhttp/llhttp-wasm.js');
  }
})();
const nothing = () => 0;
const { exports: llhttp } = new WebAssembly.Instance(new WebAssembly.Module(source), {
  env: {
    wasm_on_url: nothing,
    wasm_on_status: nothing,
    wasm_on_message_begin: nothing,
    wasm_on_header_field: nothing,
    wasm_on_header_value: nothing,
    wasm_on_headers_complete: nothing,
    wasm_on_body: (_parser, _at, length) => {
      counted.bytes += length;
      counted.events++;
      return 0;
    },
    wasm_on_message_complete: () => {
      counted.complete = true;
      return 0;
    },
  },
});
const RESPONSE = 2;
const memory = llhttp.malloc(SLICE);

/** As undici does it: each slice is copied into the module's memory. */
function peer({ slices, payload }) {
  const parser = llhttp.llhttp_alloc(RESPONSE);
  const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  counted.bytes = counted.events = 0;
  counted.complete = false;
  for (const slice of [head, ...slices]) {
    new Uint8Array(llhttp.memory.buffer, memory, slice.length).set(slice);
    if (llhttp.llhttp_execute(parser, memory, slice.length) !== 0) throw new Error('llhttp failed');
  }
  llhttp.llhttp_free(parser);
  if (!counted.complete || counted.bytes !== payload) throw new Error('wrong result');
  return counted.events;
}

function time(run, input) {
  const start = process.hrtime.bigint();
  run(input);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

console.log(`node ${process.version}, ${ROUNDS} paired rounds, slices of ${SLICE} bytes, medians\n`);
console.log('| chunk | Sluice MB/s | llhttp (wasm) MB/s | ratio (median of pairs) |');
console.log('| ---: | ---: | ---: | ---: |');
for (const [size, total] of [
  [64 * 1024, 4 * TOTAL],
  [1024, TOTAL],
  [64, TOTAL / 4],
]) {
  const input = wire(size, total);
  for (let i = 0; i < 5; i++) {
    sluice(input);
    peer(input);
  }
  const ours = [];
  const theirs = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = round % 2 === 0 ? [sluice, peer] : [peer, sluice];
    const a = time(first, input);
    const b = time(second, input);
    const [mine, other] = round % 2 === 0 ? [a, b] : [b, a];
    ours.push(mine);
    theirs.push(other);
    ratios.push(other / mine);
  }
  const rate = (times) => Math.round(input.payload / 1e3 / median(times));
  console.log(`| ${size} | ${rate(ours)} | ${rate(theirs)} | ${median(ratios).toFixed(2)} |`);
}
