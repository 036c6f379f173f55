import type { Source } from '../body/body-source.ts';
import type { Seam } from './operator.ts';

/** Passes a pull on: a demand, or the view to fill. */
export type Ask = (want: number | Uint8Array) => unknown;

/**
 * A source that keeps the bytes or values of another: length, kind, trailers (a channel may set them as late as at its
 * close) and cancel are the other's own. `ask` stands in for both of its pulls.
 */
export function keep<T>(source: Seam<T>, ask: Ask, own: Partial<Seam<T>> = {}): Source<T> {
  const kept: Seam<T> = {
    pull: ask as Source<T>['pull'],
    cancel: own.cancel ?? ((reason) => source.cancel?.(reason)),
    byteLength: 'byteLength' in own ? own.byteLength : source.byteLength,
    kind: source.kind,
    get ready() {
      return source.ready;
    },
    get trailers() {
      return 'trailers' in own ? own.trailers : source.trailers;
    },
  };
  if (source.pullInto) kept.pullInto = ask as NonNullable<Seam<T>['pullInto']>;
  return kept;
}

/** Pulls a source in the way it was asked. */
export function pass<T>(source: Seam<T>, want: number | Uint8Array): unknown {
  return typeof want === 'number' ? source.pull(want) : source.pullInto?.(want);
}

/** The bytes that a pull in either way gave: 0 at the end. */
export function sizeOf(given: unknown): number {
  return typeof given === 'number' ? given : ((given as Uint8Array | null)?.byteLength ?? 0);
}

/** Whether what either pull gave is the end. */
export function isEnd(given: unknown): boolean {
  return given === null || given === 0;
}

/** As `keep`, for an operator whose chunks are not the source's own: no `pullInto`. `onCancel` runs before the source hears. */
export function keepPull<T>(source: Source<T>, pull: Source<T>['pull'], onCancel: () => void): Source<T> {
  return {
    pull,
    byteLength: source.byteLength,
    kind: source.kind,
    get trailers() {
      return source.trailers;
    },
    cancel(reason) {
      onCancel();
      return source.cancel?.(reason);
    },
  };
}
