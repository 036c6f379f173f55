import type { Source } from '../body/body-source.ts';
import { cancelQuietly } from '../body/cancel-quietly.ts';
import { isPromise } from '../body/is-promise.ts';
import { later } from '../body/later.ts';
import { keep } from './keep.ts';
import type { Pulled } from './operator.ts';

/** What a step returns when it has nothing to give before the next pull. */
export const more: unique symbol = Symbol('more');

/** A value, `more`, or null: the end. */
export type Output<O> = O | null | typeof more;

/** Takes what the source gave, null at its end. `stop` cancels the source: what the step returns is the last of it. */
export type Step<I, O> = (given: I | null, stop: () => void) => Output<O> | Promise<Output<O>>;

export interface Steps<O> extends Partial<Source<O>> {
  /** Asked before each pull: is there anything left to give? */
  rest?(stop: () => void): Output<O>;
  /** What passes is the chunk or its start, and is not kept: the length stays, and it may lie in the reader's memory. */
  readonly passes?: boolean;
}

/** What a converted source is made of, while its steps ask for nothing between pulls: the next one joins them. */
interface Plain {
  readonly source: Source<unknown>;
  readonly steps: readonly Step<unknown, unknown>[];
  readonly passes: boolean | undefined;
}

const plain = new WeakMap<object, Plain>();

/**
 * A source whose values are made from those of another by steps: the one pull loop of operators that count, cut, join,
 * decode or map. Synchronous as long as source and step are; a step that fails cancels the source with the same error; what
 * comes after the cancel takes no step. Steps that follow one another are fused: one pull runs them all.
 */
export function convert<I, O>(from: Source<I>, step: Step<I, O>, own: Steps<O> = {}): Source<O> {
  const { rest } = own;
  const before = rest ? undefined : plain.get(from);
  const source = before?.source ?? from;
  const steps = [...(before?.steps ?? []), step as Step<unknown, unknown>];
  const passes = own.passes && (!before || before.passes);
  let open = true;
  let ended = false;
  let stopped = false;
  const stop = (): void => {
    if (ended) return;
    cancelQuietly(source, undefined);
    stopped = true;
    ended = true;
  };
  const fail = (error: unknown): never => {
    if (open && !ended) cancelQuietly(source, error);
    open = false;
    throw error;
  };
  /** What the steps from `at` on make of what the source, or the step before them, gave; of `more`, what is left to give. */
  const run = (given: unknown, at = 0): ReturnType<Step<unknown, O>> => {
    let output = given;
    let next = given === more ? steps.length : at;
    ended ||= given === null && !at;
    try {
      if (rest && open && given === more) output = rest(stop);
      while (open && output !== more && next < steps.length) {
        output = (steps[next++] as Step<unknown, unknown>)(output, stop);
        if (isPromise(output)) return output.then((late) => run(late, next), fail) as Promise<Output<O>>;
      }
    } catch (error) {
      return fail(error);
    }
    return open ? (output as Output<O>) : null;
  };
  /** Pulls until there is something to give or to wait for. */
  const next = (demand: number, view?: Uint8Array, wake?: () => void): ReturnType<Step<unknown, O>> => {
    let output = rest ? run(more) : open ? more : null;
    while (output === more) {
      if (ended) return null;
      const given = source.pull(demand, passes ? view : undefined, wake);
      output = isPromise(given) ? given.then((late) => run(late)) : run(given);
    }
    return output;
  };
  /** A loop: promises that wait for one another would pile up as long as there is nothing to give. */
  const settle = async (first: Promise<Output<O>>, demand: number): Promise<O | null> => {
    let output = await first;
    while (open && output === more) output = await next(demand);
    return open ? (output as O | null) : null;
  };
  const pull = (demand: number, view?: Uint8Array, wake?: () => void): Pulled<O> => {
    const output = next(demand, view, wake);
    return isPromise(output) && output !== later ? settle(output, demand) : (output as O | null);
  };
  const made = keep<O, unknown>(source, {
    pull,
    cancel(reason) {
      open = false;
      return ended ? undefined : source.cancel?.(reason);
    },
    get trailers() {
      return stopped ? undefined : source.trailers;
    },
    kind: from.kind,
    byteLength: own.passes ? from.byteLength : undefined,
    ...(passes ? {} : { ready: undefined }),
    ...own,
  });
  if (!rest) plain.set(made, { source, steps, passes });
  return made;
}
