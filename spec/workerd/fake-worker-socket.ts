import type { WorkerSocket } from '../../adapters/workerd/worker-api.ts';
import { type Deferred, deferred } from '../../lib/body/deferred.ts';

/** A socket of `cloudflare:sockets` that keeps what it is told: its writes wait where it is `stuck`. */
export class FakeWorkerSocket implements WorkerSocket {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly opened: Promise<{ remoteAddress?: string }>;
  readonly closed: Promise<void>;
  readonly over: Deferred<void> = deferred();
  readonly opening: Deferred<{ remoteAddress?: string }> = deferred();
  stuck: Promise<void> | undefined;
  closes = 0;
  readonly secureTransport: string;
  readonly written: number[] = [];
  readonly heard: string[] = [];
  /** Sizes of the views that were read into. */
  readonly views: number[] = [];
  readonly memories: ArrayBufferLike[] = [];
  upgraded: FakeWorkerSocket | undefined;
  #controller: ReadableByteStreamController | undefined;
  #given: (Uint8Array | null)[] = [];

  constructor(secureTransport = 'off') {
    this.secureTransport = secureTransport;
    this.opened = this.opening.promise;
    this.closed = this.over.promise;
    this.closed.catch(() => {});
    this.readable = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#answer(),
    });
    this.writable = new WritableStream({
      write: async (chunk) => {
        this.written.push(...chunk);
        await this.stuck;
      },
      close: () => void this.heard.push('close'),
      abort: () => void this.heard.push('abort'),
    });
  }

  async close(): Promise<void> {
    this.closes++;
    this.over.resolve();
  }
  startTls(): FakeWorkerSocket {
    this.upgraded = new FakeWorkerSocket('on');
    return this.upgraded;
  }

  give(...chunks: (Uint8Array | null)[]): void {
    this.#given.push(...chunks);
    this.#answer();
  }
  fail(error: unknown): void {
    this.#controller?.error(error);
    this.over.reject(error);
  }

  #answer(): void {
    const request = this.#controller?.byobRequest;
    const chunk = this.#given[0];
    if (!request?.view || chunk === undefined) return;
    this.#given.shift();
    const { buffer, byteOffset, byteLength } = request.view;
    this.views.push(byteLength);
    if (chunk === null) {
      this.#controller?.close();
      request.respond(0);
      return;
    }
    new Uint8Array(buffer, byteOffset).set(chunk);
    request.respond(chunk.byteLength);
  }
}
