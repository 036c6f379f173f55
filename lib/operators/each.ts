import type { Source, SourceKind } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { isPromise } from '../body/is-promise.ts';
import { nil } from '../body/nil.ts';
import type { Pulled } from './operator.ts';

/** What a step returns to leave a value out. */
export const skip: unique symbol = Symbol('skip');
type Step<I, O> = (value: I) => O | typeof skip | Promise<O | typeof skip>;

export interface EachOptions {
  kind: SourceKind | undefined;
  byteLength?: number | undefined;
}

/**
 * A source that takes one step for each value of another. Synchronous as long as source and step are; a step that fails
 * cancels the source with the same error; a value that comes after the cancel takes no step.
 */
export function each<I, O>(source: Source<I>, step: Step<I, O>, options: EachOptions): Source<O> {
  let open = true;
  const fail = (error: unknown): never => {
    if (open) cancelQuietly(source, error);
    open = false;
    throw error;
  };
  const run = (input: I): ReturnType<Step<I, O>> => {
    try {
      return step((input as unknown) === nil ? (null as I) : input);
    } catch (error) {
      return fail(error);
    }
  };
  const wrap = (output: O): O => (output === null ? (nil as O) : output);
  const later = (step: Promise<O | typeof skip>, demand: number): Promise<O | null> =>
    step.then((output) => (!open ? null : output === skip ? pull(demand) : wrap(output)), fail);
  const late = (input: I | null, demand: number): Pulled<O> => {
    if (input === null || !open) return null;
    const output = run(input);
    return isPromise(output) ? later(output, demand) : output === skip ? pull(demand) : wrap(output);
  };
  const pull = (demand: number): Pulled<O> => {
    for (;;) {
      const input = source.pull(demand);
      if (isPromise<I | null>(input)) return input.then((value) => late(value, demand));
      if (input === null) return null;
      const output = run(input);
      if (isPromise(output)) return later(output, demand);
      if (output !== skip) return wrap(output);
    }
  };
  return {
    pull,
    cancel(reason) {
      open = false;
      return source.cancel?.(reason);
    },
    ...options,
    get trailers() {
      return source.trailers;
    },
  };
}
