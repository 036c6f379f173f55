import type { Transport } from './transport.ts';

/** Turns of the microtask queue after which what is not there does not come at once: native streams need fewer than ten. */
const PATIENCE = 12;

/** Tells when what can come at once has come, so that small pieces go out together and none waits for one that is late. */
export class Lull {
  readonly #io: Transport;
  readonly #callback: () => void;
  /** Turns left; 0 when nobody waits. */
  #patience = 0;

  constructor(io: Transport, callback: () => void) {
    this.#io = io;
    this.#callback = callback;
  }

  /** Something has come, or is on its way: the callback comes later. */
  wait(): void {
    const waits = this.#patience > 0;
    this.#patience = PATIENCE;
    if (waits) return;
    if (this.#io.soon) this.#io.soon(this.#end);
    else this.#count();
  }

  async #count(): Promise<void> {
    do await undefined;
    while (--this.#patience > 0);
    this.#end();
  }

  readonly #end = (): void => {
    this.#patience = 0;
    this.#callback();
  };
}
