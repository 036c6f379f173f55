import { latin1 } from '../../bytes/latin1.ts';
import * as ErrorCode from '../error-code.ts';
import { fail } from '../fail.ts';
import type { Header } from '../header.ts';
import { DynamicTable } from './dynamic-table.ts';
import { fieldSize } from './field-size.ts';
import { huffmanDecode } from './huffman-decode.ts';
import { STATIC_TABLE } from './static-table.ts';

/** What a field block may hold. */
export interface HpackLimits {
  /** Bytes of the list, counted as RFC 7541 section 4.1 does (32 a field). Above it fields are dropped, not kept. */
  readonly maxBytes: number;
  /** Fields, but for the crumbs of a cookie (RFC 9113 section 8.2.3), which are one in the end. Above it they are dropped. */
  readonly maxCount: number;
  /** Bytes, of the list or of the block, at which the block is given up with ENHANCE_YOUR_CALM. */
  readonly hardBytes: number;
}

/** A decoded block. */
export interface HpackFields {
  readonly fields: Header[];
  /** The block was over `maxBytes` or `maxCount`: `fields` are not all. */
  readonly overflow: boolean;
}

const CUT = 'Field block is cut off';
const UPDATE = 'Table size update is missing or misplaced';

function failCompression(message: string): never {
  fail(message, ErrorCode.COMPRESSION_ERROR);
}

/**
 * The receiving side of HPACK (RFC 7541). Every block of a connection must pass through it, in order, also those of streams that are closed.
 *
 * @example
 * ```ts
 * import { HpackDecoder } from 'sluice/http2';
 *
 * const decoder = new HpackDecoder(4096);
 * decoder.decode(Uint8Array.of(0x82), { maxBytes: 16_384, maxCount: 128, hardBytes: 65_536 }).fields; // [[':method', 'GET']]
 * ```
 */
export class HpackDecoder {
  readonly #table: DynamicTable;
  /** What our SETTINGS_HEADER_TABLE_SIZE lets the encoder choose. */
  #allowed: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param maxTableSize - Bytes; 4096 until our SETTINGS are acknowledged. */
  constructor(maxTableSize = 4096) {
    this.#table = new DynamicTable(maxTableSize);
    this.#allowed = maxTableSize;
  }

  /** The peer acknowledged our SETTINGS_HEADER_TABLE_SIZE, in bytes. */
  setMaxTableSize(bytes: number): void {
    this.#allowed = bytes;
  }

  /**
   * Decodes one whole field block.
   * @throws {ProtocolError} `ERR_PROTOCOL`, scope connection: COMPRESSION_ERROR, or ENHANCE_YOUR_CALM past `hardBytes`. The decoder is of no use after it.
   */
  decode(block: Uint8Array, limits: HpackLimits): HpackFields {
    const fields: Header[] = [];
    let size = 0;
    let count = 0;
    let overflow = false;
    this.#bytes = block;
    this.#at = 0;
    while (this.#at < block.byteLength) {
      const byte = block[this.#at] ?? 0;
      if ((byte & 0xe0) === 0x20) {
        // Section 4.2: size updates stand at the beginning of a block only.
        const bytes = this.#integer(0x1f);
        if (size > 0 || bytes > this.#allowed) failCompression(UPDATE);
        this.#table.resize(bytes);
        continue;
      }
      // Our setting shrank: an update is due.
      if (this.#table.maxSize > this.#allowed) failCompression(UPDATE);
      const field = this.#field(byte);
      size += fieldSize(field);
      if (size > limits.hardBytes)
        fail('Field section is far over maxHeaderBytes', ErrorCode.ENHANCE_YOUR_CALM);
      if (field[0] !== 'cookie') count++;
      if (size > limits.maxBytes || count > limits.maxCount) overflow = true;
      else fields.push(field);
    }
    this.#bytes = new Uint8Array(0);
    return { fields, overflow };
  }

  #field(byte: number): Header {
    if ((byte & 0x80) !== 0) return this.#entry(this.#integer(0x7f));
    const indexed = (byte & 0x40) !== 0;
    const index = this.#integer(indexed ? 0x3f : 0x0f);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    const field: Header = [name, this.#string()];
    if (indexed) this.#table.add(field);
    return field;
  }

  #entry(index: number): Header {
    const more = index - STATIC_TABLE.length - 1;
    return (
      (more < 0 ? STATIC_TABLE[index - 1] : this.#table.get(more)) ??
      failCompression(`No entry at index ${index}`)
    );
  }

  /** Section 5.1, at most four octets after the prefix: nothing here is 2^28 or more. */
  #integer(mask: number): number {
    let value = (this.#bytes[this.#at++] ?? 0) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? failCompression(CUT);
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return failCompression('Integer is too large');
  }

  #string(): string {
    const huffman = ((this.#bytes[this.#at] ?? failCompression(CUT)) & 0x80) !== 0;
    const length = this.#integer(0x7f);
    const end = this.#at + length;
    if (end > this.#bytes.byteLength) failCompression(CUT);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return latin1(huffman ? huffmanDecode(bytes) : bytes);
  }
}
