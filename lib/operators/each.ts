import type { Source } from '../body/body-source.ts';
import { nil } from '../body/nil.ts';
import { chain } from './chain.ts';
import { convert, more } from './convert.ts';

type Step<I, O> = (value: I) => O | typeof more | Promise<O | typeof more>;

/** A source that takes one step for each value of another, which may leave it out by `more`. Null is a value like others. */
export function each<I, O>(
  source: Source<I>,
  step: Step<I, O>,
  own: Pick<Source<O>, 'kind' | 'byteLength'>,
): Source<O> {
  const wrap = (output: O | typeof more): O | typeof more => (output === null ? (nil as O) : output);
  return convert<I, O>(
    source,
    (given) =>
      given === more || given === null
        ? (given as null)
        : chain(step((given as unknown) === nil ? (null as I) : given), wrap),
    own,
  );
}
