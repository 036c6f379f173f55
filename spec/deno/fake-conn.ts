import type { DenoAddress, DenoConn } from '../../adapters/deno/deno-api.ts';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';

/** A `Deno.Conn` that gives what the spec gives it, and takes at most `most` bytes a write. */
export class FakeConn implements DenoConn {
  localAddr: DenoAddress = { transport: 'tcp', hostname: '::1', port: 80 };
  remoteAddr: DenoAddress = { transport: 'tcp', hostname: '10.0.0.1', port: 4 };
  most: number = Number.POSITIVE_INFINITY;
  broken: Error | undefined;
  closed = 0;
  readonly heard: string[] = [];
  readonly writes: number[] = [];
  readonly written: number[] = [];
  readonly views: Uint8Array[] = [];
  #given: (Uint8Array | null)[] = [];
  #reading: { into: Uint8Array; read: Deferred<number | null> } | undefined;

  read(into: Uint8Array): Promise<number | null> {
    this.views.push(into);
    const read = deferred<number | null>();
    this.#reading = { into, read };
    this.#answer();
    return read.promise;
  }
  async write(bytes: Uint8Array): Promise<number> {
    if (this.broken) throw this.broken;
    const size = Math.min(bytes.byteLength, this.most);
    this.writes.push(size);
    this.written.push(...bytes.subarray(0, size));
    return size;
  }
  async closeWrite(): Promise<void> {
    this.heard.push('closeWrite');
    if (this.broken) throw this.broken;
  }
  close(): void {
    if (this.closed++ > 0) throw new Error('Bad resource ID');
    this.#reading?.read.reject(new Error('Bad resource ID'));
  }
  setNoDelay(on: boolean): void {
    this.heard.push(`noDelay ${on}`);
  }

  give(...chunks: (Uint8Array | string | null)[]): void {
    for (const chunk of chunks)
      this.#given.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
    this.#answer();
  }

  #answer(): void {
    const chunk = this.#given[0];
    const reading = this.#reading;
    if (!reading || chunk === undefined) return;
    this.#reading = undefined;
    this.#given.shift();
    if (chunk) reading.into.set(chunk);
    reading.read.resolve(chunk === null ? null : chunk.byteLength);
  }
}
