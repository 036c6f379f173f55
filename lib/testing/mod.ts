export { type CountingSource, type CountingSourceOptions, countingSource } from './counting-source.ts';
export { type DuplexPairOptions, duplexPair } from './duplex-pair.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';
