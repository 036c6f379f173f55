import type { Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { isPromise } from '../body/is-promise.ts';
import { keep } from './keep.ts';
import type { Pulled } from './operator.ts';

/** What a step returns when it has nothing to give before the next pull. */
export const more: unique symbol = Symbol('more');

/**
 * Takes what the source gave (null at its end), or `more` before each pull: is there anything left to give? Gives a value,
 * `more`, or null: the end.
 */
export type Step<I, O> = (
  given: I | null | typeof more,
) => O | null | typeof more | Promise<O | null | typeof more>;

/**
 * A source whose values are made from those of another by steps: the one pull loop of operators that cut, join, decode or
 * map. Synchronous as long as source and step are; a step that fails cancels the source with the same error; what comes
 * after the cancel takes no step.
 */
export function convert<I, O>(
  source: Source<I>,
  step: Step<I, O>,
  own: Pick<Source<O>, 'kind' | 'byteLength'> = {},
): Source<O> {
  let open = true;
  let ended = false;
  const fail = (error: unknown): never => {
    if (open && !ended) cancelQuietly(source, error);
    open = false;
    throw error;
  };
  const run = (given: I | null | typeof more): ReturnType<Step<I, O>> => {
    ended ||= given === null;
    try {
      return open ? step(given) : null;
    } catch (error) {
      return fail(error);
    }
  };
  const settle = (output: ReturnType<Step<I, O>>, demand: number): Pulled<O> => {
    if (isPromise(output)) return output.then((late) => (open ? settle(late, demand) : null), fail);
    return output === more ? pull(demand) : (output as O | null);
  };
  const pull = (demand: number): Pulled<O> => {
    let output = run(more);
    while (output === more) {
      if (ended) return null;
      const given = source.pull(demand);
      if (isPromise<I | null>(given)) return given.then((late) => settle(run(late), demand));
      output = run(given);
    }
    return settle(output, demand);
  };
  return keep<O, I>(source, {
    pull,
    byteLength: undefined,
    ready: undefined,
    cancel(reason) {
      open = false;
      return ended ? undefined : source.cancel?.(reason);
    },
    ...own,
  });
}
