import { BodyCore } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { cannot } from '../errors/cannot.ts';

/** The source of an operator that counts or cuts bytes: values are refused, at the call where they are known. */
export function asBytes(source: Source<Uint8Array>, operator: string): BodySource {
  if (source.kind === 'values') throw cannot(`use ${operator}`, 'what it follows must give bytes', 'values');
  if (source instanceof BodyCore) source.kind = undefined;
  return source.kind ? new BodyCore(source) : source;
}
