import { BodyCore } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';

/** The source of an operator that counts or cuts bytes: values are refused, at the call where they are known. */
export function asBytes(source: Source<Uint8Array>, operator: string): BodySource {
  if (source.kind === 'values')
    throw new TypeError(`Cannot use ${operator} as what it follows must give bytes: received values`);
  if (source instanceof BodyCore) source.kind = undefined;
  return source.kind ? new BodyCore(source) : source;
}
