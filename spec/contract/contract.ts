import type * as browser from '../../adapters/browser/mod.ts';
import type * as http from '../../lib/http/mod.ts';
import type * as http1 from '../../lib/http1/mod.ts';
import type * as http2 from '../../lib/http2/mod.ts';
import type * as sluice from '../../lib/mod.ts';
import type * as testing from '../../lib/testing/mod.ts';

export type Sluice = typeof sluice;
export type Testing = typeof testing;
export type Browser = typeof browser;
export type Http = typeof http;
export type Http1 = typeof http1;
export type Http2 = typeof http2;

/** The entry points that the rows use. */
export interface Library {
  readonly sluice: Sluice;
  readonly testing: Testing;
  readonly browser: Browser;
  readonly http: Http;
  readonly http1: Http1;
  readonly http2: Http2;
}

/** What a reader of any brand has in common. */
export interface AnyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<unknown>;
  releaseLock(): void;
}

/** A stream of any brand, as a source. */
export interface AnyStream {
  getReader(): AnyReader;
  readonly locked?: boolean;
}

/** What produces chunks under a stream: at most one call at a time, undefined at the end. */
export interface Underlying {
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  cancel?(reason: unknown): unknown;
}

/** A way to make a stream that a body is then made from. */
export interface SourceBrand {
  readonly name: string;
  stream(from: Underlying): AnyStream;
}

/** A way to read a BodyStream: by a stream of some brand that stands on it. */
export interface ConsumerBrand {
  readonly name: string;
  read(from: sluice.BodyStream): AnyReader;
}

/** Classes that bodies are pumped through, by getReader() and getWriter() only. */
export interface StreamsBrand {
  readonly name: string;
  readonly WritableStream: typeof WritableStream;
  readonly TransformStream: typeof TransformStream;
}

/** Classes of messages. */
export interface FetchBrand {
  readonly name: string;
  readonly Request: typeof Request;
  readonly Response: typeof Response;
  readonly Headers: typeof Headers;
}

/** Both ends of a connection of ours, in one program. */
export interface Wire {
  readonly client: http.ClientConnection;
  readonly server: { close(): Promise<void>; abort(reason?: unknown): void };
}

/** A protocol over something that carries bytes. */
export interface WireBrand {
  readonly name: string;
  readonly protocol: 'http/1.1' | 'h2';
  /** More bytes than Sluice's own may be under way: the operating system holds them. */
  readonly sockets: boolean;
  open(library: Library, handler: http.Handler, options?: WireOptions): Promise<Wire>;
}

export interface WireOptions {
  readonly serve?: http.ServeOptions;
  readonly connect?: http.ConnectOptions;
}

/** How a runtime makes a {@link Wire} over real sockets, by its own adapter. */
export type OpenSockets = (
  protocol: WireBrand['protocol'],
  handler: http.Handler,
  options: WireOptions,
) => Promise<Wire>;

export interface Brands {
  readonly source: readonly SourceBrand[];
  readonly consumer: readonly ConsumerBrand[];
  readonly streams: readonly StreamsBrand[];
  readonly fetch: readonly FetchBrand[];
  readonly wire: readonly WireBrand[];
}

/** What a row gets: the library, one brand of each kind, and its asserts. */
export interface Env extends Library {
  readonly source: SourceBrand;
  readonly consumer: ConsumerBrand;
  readonly streams: StreamsBrand;
  readonly fetch: FetchBrand;
  readonly wire: WireBrand;
  /** Opens `wire`, and ends it when the row is over. */
  open(handler: http.Handler, options?: WireOptions): Promise<Wire>;
  /** Lets everything that is ready run, and what that makes ready. */
  settle(): Promise<void>;
  /** Fails unless both look the same as JSON. */
  equal(actual: unknown, expected: unknown, what?: string): void;
  /** Fails unless both are the same value. */
  same(actual: unknown, expected: unknown, what?: string): void;
  /** What a promise rejects with. Fails when it fulfils. */
  rejection(promise: Promise<unknown>): Promise<unknown>;
}

/** One thing that every body must do. It runs once for each mix of the brands that it `uses`. */
export interface Row {
  readonly name: string;
  readonly uses: readonly (keyof Brands)[];
  run(env: Env): Promise<void>;
}

/** A mix in which a row is known not to hold, and why. The specs assert that it still does not. */
export interface Deviation {
  /** Left out: every row that uses those brands. */
  readonly row?: string | readonly string[];
  readonly reason: string;
  /** Brands by kind; a kind that is left out means any. */
  readonly of: Readonly<Partial<Record<keyof Brands, readonly string[]>>>;
  /** Runtimes by name and major version, as `node 20`. Left out: every one. */
  readonly on?: readonly string[];
}

export interface Result {
  /** The row and its mix: `one read costs one pull [source: polyfill, consumer: native]`. */
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly error?: string;
  /** The reason of a known deviation: it must have failed. */
  readonly deviation?: string;
}
