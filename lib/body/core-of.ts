import type { BodyCore } from './body-core.ts';

/** Where a BodyStream has its core. A private field would be out of reach for what a BodyStream is itself made with. */
export const coreKey: unique symbol = Symbol('core');

export interface HasCore {
  [coreKey]: BodyCore;
}

/** The core of a BodyStream, for the inside of the library; undefined for anything else. */
export const coreOf = (value: unknown): BodyCore | undefined => (Object(value) as Partial<HasCore>)[coreKey];
