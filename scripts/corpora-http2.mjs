// Runs http2jp's single frames through the frame reader and a connection: whole, byte by byte, and split anywhere.
//   node scripts/corpora-http2.mjs [folder]        default folder: ../shared/corpora beside the repository
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSources } from './load-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder =
  process.argv[2] ??
  ['../shared/corpora', '../../shared/corpora'].map((path) => join(root, path)).find(existsSync);
if (folder === undefined) throw new Error('no folder with http2-frames.json: name one');
const { FrameReader, Http2Connection, readUint32 } = await loadSources(
  'lib/http2/mod.ts',
  'lib/http2/frames/read-uint32.ts',
);

const MAX_FRAME_SIZE = 16_384;
const text = (bytes) => Buffer.from(bytes).toString('latin1');

/** The frame's payload in the corpus' own words. `data` is what the reader gave of a DATA frame, joined. */
function fieldsOf(frame, payload) {
  const { type, flags } = frame;
  const padded = (flags & 8) !== 0;
  const uint31 = (at) => readUint32(payload, at) & 0x7fffffff;
  const padding = padded ? { padding_length: frame.padding - 1 } : {};
  if (type === 0) return { data: text(payload), ...padding };
  if (type === 1 || type === 5) {
    const prioritised = type === 1 && (flags & 0x20) !== 0;
    const fixed = type === 5 ? 4 : prioritised ? 5 : 0;
    // The reader leaves the padding of PUSH_PROMISE, which is refused, where it is.
    const content = type === 5 && padded ? payload.subarray(1, payload.length - payload[0]) : payload;
    const fields = { header_block_fragment: text(content.subarray(fixed)), ...padding };
    if (type === 5 && padded) fields.padding_length = payload[0];
    if (type === 5) fields.promised_stream_id = readUint32(content, 0) & 0x7fffffff;
    if (prioritised) {
      fields.stream_dependency = readUint32(content, 0) & 0x7fffffff;
      fields.exclusive = content[0] >>> 7 === 1;
      fields.weight = content[4] + 1;
    }
    return fields;
  }
  if (type === 2)
    return { stream_dependency: uint31(0), exclusive: payload[0] >>> 7 === 1, weight: payload[4] + 1 };
  if (type === 3) return { error_code: readUint32(payload, 0) };
  if (type === 4) {
    const settings = [];
    for (let at = 0; at < payload.length; at += 6)
      settings.push([readUint32(payload, at) >>> 16, readUint32(payload, at + 2)]);
    return { settings };
  }
  if (type === 6) return { opaque_data: text(payload) };
  if (type === 7)
    return {
      last_stream_id: uint31(0),
      error_code: readUint32(payload, 4),
      additional_debug_data: text(payload.subarray(8)),
    };
  if (type === 8) return { window_size_increment: uint31(0) };
  return { header_block_fragment: text(payload) };
}

/** What the reader makes of well-formed frames, with its pieces joined. */
function read(pieces) {
  const reader = new FrameReader(MAX_FRAME_SIZE);
  const frames = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      if (frame.first) frames.push({ frame: { ...frame }, payload: [] });
      frames.at(-1).payload.push(...frame.payload);
      frames.at(-1).last = frame.last;
    }
  }
  return frames.map(({ frame, payload, last }) => ({
    type: frame.type,
    flags: frame.flags,
    stream_identifier: frame.streamId,
    length: frame.length,
    frame_payload: last ? fieldsOf(frame, Uint8Array.from(payload)) : 'cut off',
  }));
}

/** The code that a server with one open stream answers with: RST_STREAM's or GOAWAY's. */
function answer(pieces) {
  const client = new Http2Connection({ role: 'client' });
  client.initiate();
  const server = new Http2Connection({ role: 'server' });
  server.initiate();
  const head = ['POST', 'http', 'a', '/'].map((value, i) => [
    [':method', ':scheme', ':authority', ':path'][i],
    value,
  ]);
  client.openStream(head, false);
  for (const bytes of client.take()) server.receive(bytes, 0);
  server.take();
  for (const piece of pieces) server.receive(piece, 0);
  const reader = new FrameReader(MAX_FRAME_SIZE);
  for (const bytes of server.take()) {
    reader.push(bytes);
    for (let frame = reader.next(); frame !== undefined; frame = reader.next())
      if (frame.type === 3 || frame.type === 7) return readUint32(frame.payload, frame.type === 3 ? 0 : 4);
  }
  return undefined;
}

function complaint(vector, pieces) {
  if (vector.error !== null) {
    const code = answer(pieces);
    return vector.error.includes(code) ? null : `answered ${code}, not one of ${vector.error}`;
  }
  const [got, ...more] = read(pieces);
  if (got === undefined || more.length > 0) return `${more.length + (got ? 1 : 0)} frames`;
  for (const key of ['type', 'flags', 'stream_identifier', 'length'])
    if (got[key] !== vector.frame[key]) return `${key} ${got[key]}, not ${vector.frame[key]}`;
  for (const [key, value] of Object.entries(vector.frame.frame_payload)) {
    // The reader does not hand out the padding itself.
    if (value === null || key === 'padding') continue;
    if (JSON.stringify(got.frame_payload[key]) !== JSON.stringify(value))
      return `${key} ${JSON.stringify(got.frame_payload[key])}, not ${JSON.stringify(value)}`;
  }
  return null;
}

let runs = 0;
let failed = 0;
for (const vector of JSON.parse(readFileSync(join(folder, 'http2-frames.json'), 'utf8'))) {
  const bytes = Uint8Array.from(Buffer.from(vector.wire, 'hex'));
  const splits = [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))];
  for (let at = 1; at < bytes.length; at++) splits.push([bytes.slice(0, at), bytes.slice(at)]);
  for (const pieces of splits) {
    runs++;
    const problem = complaint(vector, pieces);
    if (problem === null) continue;
    failed++;
    console.log(`FAILS  ${vector.file} in ${pieces.length} pieces, first of ${pieces[0].length}: ${problem}`);
    break;
  }
}
console.log(`${runs} runs, ${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;
