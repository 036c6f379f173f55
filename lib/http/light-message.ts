import { type BodyStream, coreOf } from '../body/body-stream.ts';
import { type Collected, collect } from '../body/collect.ts';
import type { CarriesBody } from '../body/message-body.ts';

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
 * A message that is built by the runtime's own class only when something needs that. The body's stream stays ours until
 * then, so it keeps its length and trailers.
 */
export abstract class LightMessage<M extends MessageLike> implements CarriesBody {
  #real: M | null = null;
  #stream: BodyStream | null | undefined;
  #used = false;

  /** The body's stream, made at most once. */
  protected abstract openBody(): BodyStream | null;
  protected abstract build(body: BodyStream | null): M;

  /** The runtime's own message; from now on it has the body. */
  get real(): M {
    this.#real ??= this.build(this.#open());
    return this.#real;
  }

  get built(): M | null {
    return this.#real;
  }

  get body(): ReadableStream<Uint8Array> | null {
    return this.#real === null ? this.#open() : this.#real.body;
  }

  get bodyUsed(): boolean {
    if (this.#real !== null) return this.#real.bodyUsed;
    return this.#used || (coreOf(this.#stream)?.stats.pulls ?? 0) > 0;
  }

  /** What `bodyOf` takes. */
  sluiceBody(): BodyStream | null {
    return this.#open();
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
    return this.real.blob();
  }

  async formData(): Promise<FormData> {
    return this.real.formData();
  }

  #open(): BodyStream | null {
    if (this.#stream === undefined) this.#stream = this.openBody();
    return this.#stream;
  }

  async #collect(): Promise<Collected> {
    const stream = this.#open();
    if (this.#used || this.bodyUsed || stream?.locked) {
      throw new TypeError('Cannot read the body of a message as it must not be used or locked');
    }
    this.#used = stream !== null;
    return collect(stream ?? '');
  }
}

const derived = new WeakMap<object, object>();

/**
 * Makes instances of a light class pass `instanceof` of the runtime's class: each pair gets a subclass of the light one
 * whose prototype chain continues with the runtime's.
 */
export function lightClass<L extends abstract new (...args: never[]) => object>(
  Light: L,
  Real: { readonly prototype: object },
  forwarded: readonly string[],
): L {
  const known = derived.get(Real);
  if (known !== undefined) return known as L;
  const copy = class extends (Light as unknown as new (...args: unknown[]) => { readonly real: object }) {};
  for (const source of [LightMessage.prototype, Light.prototype as object]) {
    for (const key of Reflect.ownKeys(source)) {
      const property = Object.getOwnPropertyDescriptor(source, key);
      if (key !== 'constructor' && property !== undefined)
        Object.defineProperty(copy.prototype, key, property);
    }
  }
  for (const name of forwarded) {
    Object.defineProperty(copy.prototype, name, {
      configurable: true,
      get(this: { readonly real: Record<string, unknown> }) {
        return this.real[name];
      },
    });
  }
  Object.defineProperty(copy.prototype, 'constructor', { value: Real, configurable: true, writable: true });
  Object.setPrototypeOf(copy.prototype, Real.prototype);
  derived.set(Real, copy);
  return copy as unknown as L;
}
