import type { Operator } from '../../lib/mod.ts';
import type { Library } from './contract.ts';

type Bytes = Operator<Uint8Array, Uint8Array>;

export interface OperatorRow {
  readonly name: string;
  /** `total`: the bytes of the whole body. */
  make(total: number): Bytes;
  /** Bytes it may hold besides the chunk in hand. */
  readonly holds: number;
  readonly keepsLength: boolean;
  /** Its output comes only by promises, or after time has passed. */
  readonly alwaysAsync?: boolean;
}

/** Every operator from bytes to bytes, with settings that let a body through. */
export function everyOperator({ sluice, testing }: Pick<Library, 'sluice' | 'testing'>): OperatorRow[] {
  const {
    buffer,
    coalesce,
    deadline,
    filter,
    fixedLength,
    idleTimeout,
    limitBytes,
    map,
    progress,
    rechunk,
    stallTimeout,
    take,
    tap,
    throttle,
    through,
    withTrailers,
  } = sluice;
  const clock = testing.virtualClock();
  const identity = (): TransformStream<Uint8Array, Uint8Array> => new TransformStream();
  return [
    { name: 'limitBytes', make: (n) => limitBytes(n), holds: 0, keepsLength: true },
    {
      name: 'limitBytes truncate',
      make: (n) => limitBytes(n, { onExceed: 'truncate' }),
      holds: 0,
      keepsLength: true,
    },
    { name: 'fixedLength', make: (n) => fixedLength(n), holds: 0, keepsLength: true },
    { name: 'idleTimeout', make: () => idleTimeout(1000, { clock }), holds: 0, keepsLength: true },
    { name: 'stallTimeout', make: () => stallTimeout(1000, { clock }), holds: 0, keepsLength: true },
    { name: 'deadline', make: () => deadline(1000, { clock }), holds: 0, keepsLength: true },
    {
      name: 'throttle',
      make: () => throttle({ bytesPerSecond: 1 << 30, clock }),
      holds: 0,
      keepsLength: true,
    },
    { name: 'buffer(0)', make: () => buffer(0), holds: 0, keepsLength: true },
    { name: 'buffer(50)', make: () => buffer(50), holds: 50, keepsLength: true },
    { name: 'rechunk size', make: () => rechunk({ size: 7 }), holds: 7, keepsLength: true },
    { name: 'rechunk min max', make: () => rechunk({ min: 20, max: 30 }), holds: 20, keepsLength: true },
    { name: 'coalesce', make: () => coalesce(25), holds: 0, keepsLength: true },
    { name: 'progress', make: () => progress(() => {}, { clock }), holds: 0, keepsLength: true },
    { name: 'tap', make: () => tap(() => {}), holds: 0, keepsLength: true },
    { name: 'tap async', make: () => tap(async () => {}), holds: 0, keepsLength: true, alwaysAsync: true },
    { name: 'withTrailers', make: () => withTrailers(new Headers()), holds: 0, keepsLength: true },
    { name: 'map', make: () => map((chunk: Uint8Array) => chunk), holds: 0, keepsLength: false },
    {
      name: 'map async',
      make: () => map(async (chunk: Uint8Array) => chunk),
      holds: 0,
      keepsLength: false,
      alwaysAsync: true,
    },
    { name: 'filter', make: () => filter(() => true), holds: 0, keepsLength: false },
    { name: 'take', make: () => take(1_000_000), holds: 0, keepsLength: false },
    { name: 'through', make: () => through(identity()), holds: 0, keepsLength: false, alwaysAsync: true },
  ];
}
