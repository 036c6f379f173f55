import type { Header } from '../header.ts';
import { DynamicTable } from './dynamic-table.ts';
import { fieldSize } from './field-size.ts';
import { huffmanEncode } from './huffman-encode.ts';
import { huffmanLength } from './huffman-length.ts';
import { STATIC_TABLE } from './static-table.ts';

/** The table size we use at most, whatever the peer offers: RFC 7541's default. */
const TABLE_SIZE = 4096;
/** Values that differ from message to message would only push others out of the table (as in nghttp2). */
const NOT_INDEXED =
  /^(?::path|age|content-length|content-range|etag|if-modified-since|if-none-match|last-modified|location|set-cookie)$/;
/** Section 7.1.3: never indexed, here or by an intermediary. Short cookies can be guessed, so they are among them (as in nghttp2). */
const SECRET = /^(?:proxy-)?authorization$/;
const SHORT_COOKIE = 20;

/** Indices into the static table, by name, and by name NUL value: the first of each. */
const STATIC_INDEX: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ STATIC_TABLE.flatMap(([name, value], i): [string, number][] => [
    [name, i + 1],
    [`${name}\u0100${value}`, i + 1],
  ]).reverse(),
);

/**
 * The sending side of HPACK (RFC 7541): a dynamic table, Huffman where it is shorter, secrets never indexed.
 *
 * @example
 * ```ts
 * import { HpackEncoder } from 'sluice/http2';
 *
 * const encoder = new HpackEncoder();
 * encoder.encode([[':status', '200']]); // Uint8Array [0x88]
 * ```
 */
export class HpackEncoder {
  /** Numbers of entries in the dynamic table (see `DynamicTable.added`), by name, and by name NUL value. */
  readonly #numbers = new Map<string, number>();
  readonly #table = new DynamicTable(TABLE_SIZE, (entry, number) => {
    // Octets are one character each, so that one above U+00FF is in neither name nor value.
    for (const key of [entry[0], `${entry[0]}\u0100${entry[1]}`])
      if (this.#numbers.get(key) === number) this.#numbers.delete(key);
  });
  /** The smallest size set since the last block; it and the last one are announced (section 4.2). */
  #smallest: number | undefined;
  #out = new Uint8Array(512);
  #at = 0;

  /** The peer's SETTINGS_HEADER_TABLE_SIZE, in bytes: obeyed from the next block on. */
  setMaxTableSize(bytes: number): void {
    const size = Math.min(bytes, TABLE_SIZE);
    if (size === this.#table.maxSize) return;
    this.#smallest = Math.min(size, this.#smallest ?? size);
    this.#table.resize(size);
  }

  /**
   * Encodes one field block. Names must be lower-case, and both of one character an octet.
   * @returns The block: a view that holds until the next call.
   */
  encode(fields: Iterable<Header>): Uint8Array {
    this.#at = 0;
    if (this.#smallest !== undefined) {
      const { maxSize } = this.#table;
      if (this.#smallest < maxSize) this.#integer(0x20, 0x1f, this.#smallest);
      this.#integer(0x20, 0x1f, maxSize);
      this.#smallest = undefined;
    }
    for (const field of fields) this.#field(field);
    return this.#out.subarray(0, this.#at);
  }

  #field(field: Header): void {
    const [name, value] = field;
    const size = fieldSize(field);
    // It takes less than it counts for.
    if (this.#at + size > this.#out.byteLength) {
      const grown = new Uint8Array(2 * (this.#at + size));
      grown.set(this.#out);
      this.#out = grown;
    }
    const secret = SECRET.test(name) || (name === 'cookie' && value.length < SHORT_COOKIE);
    const key = `${name}\u0100${value}`;
    const whole = secret ? 0 : this.#find(key);
    if (whole > 0) {
      this.#integer(0x80, 0x7f, whole);
      return;
    }
    const index = this.#find(name);
    const fits = size <= this.#table.maxSize * 0.75;
    if (!secret && fits && !NOT_INDEXED.test(name)) {
      this.#integer(0x40, 0x3f, index);
      const number = this.#table.added;
      this.#table.add(field);
      this.#numbers.set(name, number).set(key, number);
    } else this.#integer(secret ? 0x10 : 0, 0x0f, index);
    if (index === 0) this.#string(name);
    this.#string(value);
  }

  /** The index of an entry, by its name or by all of it; 0 where there is none. */
  #find(key: string): number {
    const number = this.#numbers.get(key);
    const index = number === undefined ? 0 : STATIC_TABLE.length + this.#table.added - number;
    return STATIC_INDEX.get(key) ?? index;
  }

  /** Section 5.1. */
  #integer(pattern: number, mask: number, value: number): void {
    this.#out[this.#at++] = pattern | Math.min(value, mask);
    if (value < mask) return;
    for (value -= mask; value >= 0x80; value >>>= 7) this.#out[this.#at++] = value | 0x80;
    this.#out[this.#at++] = value;
  }

  #string(text: string): void {
    const coded = huffmanLength(text);
    if (coded < text.length) {
      this.#integer(0x80, 0x7f, coded);
      this.#at = huffmanEncode(text, this.#out, this.#at);
    } else {
      this.#integer(0, 0x7f, text.length);
      for (let i = 0; i < text.length; i++) this.#out[this.#at++] = text.charCodeAt(i);
    }
  }
}
