import type { Header } from '../header.ts';
import { DynamicTable } from './dynamic-table.ts';
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
  #size = TABLE_SIZE;
  #out = new Uint8Array(512);
  #at = 0;

  /** The peer's SETTINGS_HEADER_TABLE_SIZE, in bytes: obeyed from the next block on. */
  setMaxTableSize(bytes: number): void {
    const size = Math.min(bytes, TABLE_SIZE);
    if (size === this.#size) return;
    this.#size = size;
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
      if (this.#smallest < this.#size) this.#integer(0x20, 0x1f, this.#smallest);
      this.#integer(0x20, 0x1f, this.#size);
      this.#smallest = undefined;
    }
    for (const field of fields) this.#field(field);
    return this.#out.subarray(0, this.#at);
  }

  #field(field: Header): void {
    const [name, value] = field;
    const secret = SECRET.test(name) || (name === 'cookie' && value.length < SHORT_COOKIE);
    const key = `${name}\u0100${value}`;
    const whole = secret ? undefined : this.#find(key);
    if (whole !== undefined) {
      this.#integer(0x80, 0x7f, whole);
      return;
    }
    const index = this.#find(name) ?? 0;
    const fits = name.length + value.length + 32 <= this.#size * 0.75;
    if (!secret && fits && !NOT_INDEXED.test(name)) {
      this.#integer(0x40, 0x3f, index);
      const number = this.#table.added;
      this.#table.add(field);
      this.#numbers.set(name, number).set(key, number);
    } else this.#integer(secret ? 0x10 : 0, 0x0f, index);
    if (index === 0) this.#string(name);
    this.#string(value);
  }

  #find(key: string): number | undefined {
    const index = STATIC_INDEX.get(key);
    if (index !== undefined) return index;
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : STATIC_TABLE.length + this.#table.added - number;
  }

  /** Section 5.1. */
  #integer(pattern: number, mask: number, value: number): void {
    this.#room(8);
    if (value < mask) {
      this.#out[this.#at++] = pattern | value;
      return;
    }
    this.#out[this.#at++] = pattern | mask;
    for (value -= mask; value >= 0x80; value >>>= 7) this.#out[this.#at++] = value | 0x80;
    this.#out[this.#at++] = value;
  }

  #string(text: string): void {
    const coded = huffmanLength(text);
    if (coded < text.length) {
      this.#integer(0x80, 0x7f, coded);
      this.#room(coded);
      this.#at = huffmanEncode(text, this.#out, this.#at);
    } else {
      this.#integer(0, 0x7f, text.length);
      this.#room(text.length);
      for (let i = 0; i < text.length; i++) this.#out[this.#at++] = text.charCodeAt(i);
    }
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#out.byteLength) return;
    const grown = new Uint8Array(2 * (this.#at + bytes));
    grown.set(this.#out.subarray(0, this.#at));
    this.#out = grown;
  }
}
