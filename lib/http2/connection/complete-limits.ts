import { defined } from '../../bytes/defined.ts';
import { cannot } from '../../errors/cannot.ts';
import { ABUSE_LIMITS, type AbuseLimits } from './abuse-limits.ts';

/** Puts in the defaults. @throws {TypeError} For a limit that is none. */
export function completeLimits(given?: Partial<AbuseLimits>): AbuseLimits {
  const limits = { ...ABUSE_LIMITS, ...defined(given) };
  for (const [name, limit] of Object.entries(limits)) {
    const { perSecond, burst } = Object(limit);
    const numbers = name === 'continuations' ? [limit] : [perSecond, burst];
    if (!numbers.every((number) => number >= 0))
      throw cannot(`limit ${name}`, 'it must be of numbers from 0', limit);
  }
  return limits;
}
