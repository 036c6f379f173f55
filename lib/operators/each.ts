import type { Source } from '../body/body-source.ts';
import { isPromise } from '../body/is-promise.ts';
import { nil } from '../body/nil.ts';
import { convert, type Output } from './convert.ts';

type Step<I, O> = (value: I) => Output<O> | Promise<Output<O>>;

/** A source that takes one step for each value of another, which may leave it out by `more`. Null is a value like others. */
export function each<I, O>(
  source: Source<I>,
  step: Step<I, O>,
  own: Pick<Source<O>, 'kind' | 'byteLength'>,
): Source<O> {
  const wrap = (output: Output<O>): Output<O> => (output === null ? (nil as O) : output);
  return convert<I, O>(
    source,
    (given) => {
      if (given === null) return null;
      const output = step((given as unknown) === nil ? (null as I) : given);
      return isPromise(output) ? output.then(wrap) : wrap(output);
    },
    own,
  );
}
