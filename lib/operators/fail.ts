import type { Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';

/** An operator fails: its source is cancelled with the same error. */
export function fail<T>(source: Source<T>, error: unknown): never {
  cancelQuietly(source, error);
  throw error;
}
