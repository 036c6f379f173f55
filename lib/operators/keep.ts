import type { Source } from '../body/body-source.ts';

/**
 * A source over another: what `own` does not say is as the other has it, trailers as late as they are asked for (a channel
 * may set them at its close).
 */
export function keep<T, S = T>(
  source: Source<S>,
  own: Pick<Source<T>, 'pull'> & Partial<Source<T>>,
): Source<T> {
  const from = (name: keyof Source<T>): Partial<Source<unknown>> => (name in own ? own : source);
  return {
    pull: own.pull,
    cancel: own.cancel ?? ((reason) => source.cancel?.(reason)),
    byteLength: from('byteLength').byteLength,
    kind: from('kind').kind,
    unlock: source.unlock,
    get ready() {
      return from('ready').ready;
    },
    get trailers() {
      return from('trailers').trailers;
    },
  };
}
