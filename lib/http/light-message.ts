import type { BodySource } from '../body/body-source.ts';
import { BodyStream } from '../body/body-stream.ts';
import { type Collected, collect } from '../body/collect.ts';
import { coreOf } from '../body/core-of.ts';
import type { CarriesBody } from '../body/message-body.ts';
import { readerSource } from '../body/reader-source.ts';

/** The parts of Request and Response that read the body. */
export interface MessageLike {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes?(): Promise<Uint8Array>;
  formData(): Promise<FormData>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/**
 * A message that is built by the runtime's own class only when something needs that. The body's stream stays ours, so it
 * keeps its length and trailers.
 */
export interface LightMessage<M extends MessageLike> extends MessageLike, CarriesBody {
  /** The runtime's own message, without the body: that may be locked. */
  readonly real: M;
  /** The body's stream, made at most once. */
  openBody(): BodyStream | null;
  build(body: ReadableStream<Uint8Array> | null): M;
  /** A message of the runtime's own; this one reads on by itself. */
  clone(): M;
}

/** A class of its own for each that is to pass for a runtime's: their prototype chains differ. */
function lightMessage<M extends MessageLike>(): new () => LightMessage<M> {
  abstract class Light implements LightMessage<M> {
    #real: M | undefined;
    #stream: BodyStream | null | undefined;
    #used = false;

    abstract openBody(): BodyStream | null;
    abstract build(body: ReadableStream<Uint8Array> | null): M;

    get real(): M {
      this.#real ??= this.build(null);
      return this.#real;
    }

    get body(): ReadableStream<Uint8Array> | null {
      return this.sluiceBody();
    }

    get bodyUsed(): boolean {
      const { pulls = 0, state } = coreOf(this.#stream)?.stats ?? {};
      return this.#used || pulls > 0 || state === 'cancelled';
    }

    /** What `bodyOf` takes. */
    sluiceBody(): BodyStream | null {
      if (this.#stream === undefined) this.#stream = this.openBody();
      return this.#stream;
    }

    clone(): M {
      const stream = this.#unused('clone');
      if (stream === null) return this.build(null);
      const core = coreOf(stream);
      // Of bytes, as no one may change what the other one reads.
      const [mine, other] = new BodyStream(stream, { type: 'bytes' }).tee();
      const source = {
        ...readerSource(mine),
        byteLength: stream.byteLength,
        get trailers() {
          return core?.trailers;
        },
      };
      this.#stream = new BodyStream(source as BodySource, { type: 'bytes' });
      return this.build(other);
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return (await this.#collect()).bytes().buffer;
    }

    async bytes(): Promise<Uint8Array> {
      return (await this.#collect()).bytes();
    }

    async text(): Promise<string> {
      return (await this.#collect()).text();
    }

    async json(): Promise<unknown> {
      return (await this.#collect()).json();
    }

    async blob(): Promise<Blob> {
      return this.build(this.#take()).blob();
    }

    async formData(): Promise<FormData> {
      return this.build(this.#take()).formData();
    }

    async #collect(): Promise<Collected> {
      return collect(this.#take() ?? '');
    }

    /** The body, which is used from now on. */
    #take(): BodyStream | null {
      const stream = this.#unused('read the body of');
      this.#used = stream !== null;
      return stream;
    }

    #unused(what: string): BodyStream | null {
      const stream = this.sluiceBody();
      if (this.bodyUsed || stream?.locked)
        throw new TypeError(`Cannot ${what} a message as its body must not be used or locked`);
      return stream;
    }
  }
  return Light as unknown as new () => LightMessage<M>;
}

/**
 * Makes light classes whose instances pass `instanceof` of the runtime's: what a light one does not have itself, it asks the
 * real message for.
 *
 * @param kind Whose properties it has, next to those of the class it passes for: not every brand has them in a prototype.
 * @param make Extends the class it is given.
 */
export function lightClasses<M extends MessageLike, A extends unknown[]>(
  kind: 'Request' | 'Response',
  make: (Light: new () => LightMessage<M>) => new (...args: A) => LightMessage<M>,
): (Real: { readonly prototype: M }) => new (...args: A) => M {
  const made = new WeakMap<object, new (...args: A) => LightMessage<M>>();
  return (Real) => {
    let Light = made.get(Real);
    if (Light === undefined) {
      const Base = lightMessage<M>();
      Light = make(Base);
      const { prototype } = Light;
      const names = [globalThis[kind]?.prototype ?? {}, Real.prototype].flatMap(Object.getOwnPropertyNames);
      for (const name of names) {
        if (name in prototype) continue;
        Object.defineProperty(prototype, name, {
          configurable: true,
          get(this: LightMessage<M>) {
            const value = this.real[name as keyof M];
            return typeof value === 'function' ? value.bind(this.real) : value;
          },
        });
      }
      Object.defineProperty(prototype, 'constructor', { value: Real, configurable: true, writable: true });
      Object.setPrototypeOf(Base.prototype, Real.prototype);
      made.set(Real, Light);
    }
    return Light as unknown as new (
      ...args: A
    ) => M;
  };
}
