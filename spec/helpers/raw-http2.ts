import { concat } from '../../lib/bytes/concat.ts';
import type { Duplex } from '../../lib/http/mod.ts';
import {
  type Frame,
  FrameReader,
  FrameType,
  FrameWriter,
  HpackDecoder,
  HpackEncoder,
} from '../../lib/http2/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** A frame, in memory of its own. */
export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

/** Lets everything that is in memory come to rest. */
export async function rest(): Promise<void> {
  for (let i = 0; i < 4; i++) await virtualClock().advance(0);
}

/** A peer that does only what it is told: it gives no credit, and answers nothing. */
export class RawHttp2 {
  readonly frames: RawFrame[] = [];
  ended = false;
  failed: unknown;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #frames = new FrameWriter();
  readonly #hpack = new HpackEncoder();
  readonly #decoder = new HpackDecoder();

  constructor(
    duplex: Duplex,
    role: 'client' | 'server',
    settings: readonly (readonly [number, number])[] = [],
  ) {
    this.#writer = duplex.writable.getWriter();
    this.#writer.closed.catch(() => {});
    if (role === 'client') this.#frames.raw(new TextEncoder().encode(PREFACE));
    this.send((frames) => frames.settings(settings));
    this.#read(duplex.readable.getReader(), role === 'client' ? 0 : PREFACE.length);
  }

  /** Not awaited: the other end may not read. */
  send(write: (frames: FrameWriter) => void): void {
    write(this.#frames);
    for (const piece of this.#frames.take()) this.#writer.write(piece.slice()).catch(() => {});
  }

  headers(streamId: number, fields: Record<string, string>, endStream: boolean): void {
    const block = this.#hpack.encode(Object.entries(fields));
    this.send((frames) => frames.headers(streamId, block, endStream, 16_384));
  }

  request(
    streamId: number,
    path = '/',
    method = 'GET',
    endStream = true,
    more: Record<string, string> = {},
  ): void {
    const head = { ':method': method, ':scheme': 'http', ':authority': 'a.test', ':path': path, ...more };
    this.headers(streamId, head, endStream);
  }

  data(streamId: number, bytes: number | Uint8Array, endStream = false): void {
    const data = typeof bytes === 'number' ? new Uint8Array(bytes) : bytes;
    this.send((frames) => {
      let at = 0;
      do {
        const end = Math.min(at + 16_384, data.byteLength);
        frames.data(streamId, data.subarray(at, end), endStream && end === data.byteLength);
        at = end;
      } while (at < data.byteLength);
    });
  }

  of(type: keyof typeof FrameType, streamId?: number): RawFrame[] {
    const wanted = FrameType[type];
    return this.frames.filter(
      (f) => f.type === wanted && (streamId === undefined || f.streamId === streamId),
    );
  }

  /** The fields of the nth block of a stream. */
  fields(streamId: number, n = 0): Record<string, string> {
    return (this.blocks.get(streamId) ?? [])[n] ?? {};
  }

  readonly blocks: Map<number, Record<string, string>[]> = new Map();

  /** DATA bytes of a stream. */
  bytes(streamId: number): number {
    return this.of('DATA', streamId).reduce((sum, { payload }) => sum + payload.byteLength, 0);
  }

  /** Whether a frame of the stream had END_STREAM. */
  endStream(streamId: number): boolean {
    return this.frames.some((f) => f.streamId === streamId && f.type <= 1 && (f.flags & 1) === 1);
  }

  resetCode(streamId: number): number | undefined {
    return code(this.of('RST_STREAM', streamId)[0], 0);
  }

  get goAwayCode(): number | undefined {
    return code(this.of('GOAWAY').at(-1), 4);
  }

  fin(): Promise<void> {
    return this.#writer.close();
  }

  cut(): void {
    this.#writer.abort(new Error('cut')).catch(() => {});
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>, skip: number): Promise<void> {
    const parser = new FrameReader(16_384);
    let pieces: Uint8Array[] = [];
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parser.push(value.subarray(skip));
        skip = 0;
        for (let frame = parser.next(); frame !== undefined; frame = parser.next()) {
          if (frame.first) pieces = [];
          pieces.push(frame.payload.slice());
          if (frame.last) this.#take(frame, pieces);
        }
      }
    } catch (error) {
      this.failed = error;
    }
    this.ended = true;
  }

  #take({ type, flags, streamId }: Frame, pieces: Uint8Array[]): void {
    const payload = concat(pieces);
    this.frames.push({ type, flags, streamId, payload });
    if (type !== FrameType.HEADERS) return;
    const { fields } = this.#decoder.decode(payload, { maxBytes: 1e6, maxCount: 1e4, hardBytes: 1e6 });
    const blocks = this.blocks.get(streamId) ?? [];
    blocks.push(Object.fromEntries(fields));
    this.blocks.set(streamId, blocks);
  }
}

function code(frame: RawFrame | undefined, at: number): number | undefined {
  if (frame === undefined) return undefined;
  return new DataView(frame.payload.buffer, frame.payload.byteOffset).getUint32(at);
}
