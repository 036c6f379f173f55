import type { BodySource } from '../body/body-source.ts';
import { convert } from './convert.ts';

/** A body whose declared length says that it has to fail: the first pull does, and cancels a source that was never pulled. */
export function refuse(source: BodySource, error: Error, byteLength: number): BodySource {
  const rest = (): never => {
    throw error;
  };
  return convert<Uint8Array, Uint8Array>(source, rest, { byteLength, rest });
}
