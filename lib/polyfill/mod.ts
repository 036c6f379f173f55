/**
 * Installs the classes of `web-streams-polyfill` where the runtime lacks them; what is there stays. Import it before anything
 * else: `sluice` makes its classes of the globals when it is loaded.
 *
 * @example
 * ```ts
 * import 'sluice/polyfill';
 * import { body } from 'sluice';
 *
 * console.log(body('abc') instanceof ReadableStream); // true
 * ```
 *
 * @module
 */
import * as ponyfill from 'web-streams-polyfill';

for (const [name, value] of Object.entries(ponyfill)) {
  if (!(name in globalThis))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
