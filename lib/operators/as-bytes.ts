import { BodyCore } from '../body/body-core.ts';
import type { BodySource, Source } from '../body/body-source.ts';
import { isUint8Array } from '../bytes/is-uint8array.ts';
import { cannot } from '../errors/cannot.ts';
import { convert } from './convert.ts';

/** The source of an operator that counts or cuts bytes: values are refused, at the call where they are known. */
export function asBytes(source: Source<Uint8Array>, operator: string): BodySource {
  if (source.kind === 'values') throw cannot(`use ${operator}`, 'what it follows must give bytes', 'values');
  if (source instanceof BodyCore) source.kind = undefined;
  if (!source.kind) return source;
  const check = (chunk: Uint8Array | null): Uint8Array | null => {
    if (chunk === null || isUint8Array(chunk)) return chunk;
    throw cannot('read a body', 'its source must give bytes', chunk);
  };
  return convert<Uint8Array, Uint8Array>(source, check, { passes: true, kind: undefined });
}
