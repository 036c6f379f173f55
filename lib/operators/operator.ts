import type { Source } from '../body/body-source.ts';

/**
 * From a source that is pulled to a source that is pulled: nothing else stands between two operators of a pipe. An
 * operator pulls only while it is pulled, passes `cancel` on, and cancels its source itself when it fails.
 */
export type Operator<I, O> = (source: Source<I>) => Source<O>;

/** What a pull gives. */
export type Pulled<T> = T | null | Promise<T | null>;
