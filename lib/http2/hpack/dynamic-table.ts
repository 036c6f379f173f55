import type { Header } from '../header.ts';
import { fieldSize } from './field-size.ts';

/** The dynamic table (RFC 7541 section 2.3.2), the newest entry at index 0, bounded in bytes. */
export class DynamicTable {
  /** Bytes, by section 4.1. */
  size = 0;
  maxSize: number;
  /** Entries ever added: the n-th (from 0) is at index `added - 1 - n`. */
  added = 0;
  /** By number, the oldest first. */
  readonly #entries = new Map<number, Header>();
  readonly #onEvict: ((entry: Header, number: number) => void) | undefined;

  constructor(maxSize: number, onEvict?: (entry: Header, number: number) => void) {
    this.maxSize = maxSize;
    this.#onEvict = onEvict;
  }

  get(index: number): Header | undefined {
    return this.#entries.get(this.added - 1 - index);
  }

  /** Section 4.4: evicts until there is room; an entry larger than the table leaves it empty. */
  add(entry: Header): void {
    const size = fieldSize(entry);
    this.#evict(this.maxSize - size);
    if (size > this.maxSize) return;
    this.#entries.set(this.added++, entry);
    this.size += size;
  }

  /** Section 4.3. */
  resize(maxSize: number): void {
    this.maxSize = maxSize;
    this.#evict(maxSize);
  }

  #evict(limit: number): void {
    for (const [number, entry] of this.#entries) {
      if (this.size <= limit) return;
      this.#entries.delete(number);
      this.size -= fieldSize(entry);
      this.#onEvict?.(entry, number);
    }
  }
}
