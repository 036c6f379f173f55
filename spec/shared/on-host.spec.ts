import { describe, expect, it } from '@jest/globals';
import { onHost } from '../../adapters/shared/on-host.ts';

const listen = (refused: readonly string[]) => {
  const tried: string[] = [];
  return {
    tried,
    on(hostname: string): string {
      tried.push(hostname);
      if (refused.includes(hostname)) throw new Error(`no ${hostname}`);
      return hostname;
    },
  };
};

describe('onHost', () => {
  it('a host that is named is the only one that is tried', () => {
    for (const name of ['127.0.0.1', '::1', 'localhost', '']) {
      const { on, tried } = listen([]);
      expect([onHost(name, false, on), tried]).toEqual([name, [name]]);
      const refuses = listen([name]);
      expect(() => onHost(name, false, refuses.on)).toThrow(`no ${name}`);
      expect(refuses.tried).toEqual([name]);
    }
  });

  it('without one: every address of both families, or of IPv4 where there is no other', () => {
    expect(onHost(undefined, false, listen([]).on)).toBe('::');
    expect(onHost(undefined, false, listen(['::']).on)).toBe('0.0.0.0');
    expect(onHost(undefined, true, listen([]).on)).toBe('0.0.0.0');
  });

  it('what is wrong with both is said', () => {
    expect(() => onHost(undefined, false, listen(['::', '0.0.0.0']).on)).toThrow('no 0.0.0.0');
  });
});
