import type { Header } from '../header.ts';

/** The dynamic table (RFC 7541 section 2.3.2): a ring of entries, the newest at index 0, bounded in bytes. */
export class DynamicTable {
  /** Bytes, by section 4.1: the octets of name and value, and 32 an entry. */
  size = 0;
  maxSize: number;
  length = 0;
  /** Entries ever added: the n-th (from 0) is at index `added - 1 - n`. */
  added = 0;
  #ring: (Header | undefined)[] = new Array(16).fill(undefined);
  readonly #onEvict: ((entry: Header, number: number) => void) | undefined;

  constructor(maxSize: number, onEvict?: (entry: Header, number: number) => void) {
    this.maxSize = maxSize;
    this.#onEvict = onEvict;
  }

  get(index: number): Header | undefined {
    return index < this.length ? this.#ring[(this.added - 1 - index) & (this.#ring.length - 1)] : undefined;
  }

  /** Section 4.4: evicts until there is room; an entry larger than the table leaves it empty. */
  add(entry: Header): void {
    const size = entry[0].length + entry[1].length + 32;
    this.#evict(this.maxSize - size);
    if (size > this.maxSize) return;
    const ring = this.#ring;
    if (this.length === ring.length) {
      const grown: (Header | undefined)[] = new Array(ring.length * 2).fill(undefined);
      for (let i = this.added - this.length; i < this.added; i++)
        grown[i & (grown.length - 1)] = ring[i & (ring.length - 1)];
      this.#ring = grown;
    }
    this.#ring[this.added++ & (this.#ring.length - 1)] = entry;
    this.length++;
    this.size += size;
  }

  /** Section 4.3. */
  resize(maxSize: number): void {
    this.maxSize = maxSize;
    this.#evict(maxSize);
  }

  #evict(limit: number): void {
    while (this.size > limit && this.length > 0) {
      const number = this.added - this.length;
      const at = number & (this.#ring.length - 1);
      const entry = this.#ring[at];
      this.#ring[at] = undefined;
      this.length--;
      if (entry === undefined) continue;
      this.size -= entry[0].length + entry[1].length + 32;
      this.#onEvict?.(entry, number);
    }
  }
}
