import { describe, expect, it } from '@jest/globals';
import { unlessAborted } from '../../adapters/shared/unless-aborted.ts';
import { deferred } from '../../lib/body/deferred.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('unlessAborted', () => {
  it('gives what opens in time, and never drops that', async () => {
    const controller = new AbortController();
    const dropped: string[] = [];
    const drop = (late: string) => dropped.push(late);
    expect(await unlessAborted(Promise.resolve('a'), undefined, drop)).toBe('a');
    expect(await unlessAborted(Promise.resolve('b'), controller.signal, drop)).toBe('b');
    controller.abort();
    await turn();
    expect(dropped).toEqual([]);
  });

  it.each(['before', 'meanwhile'])(
    'an abort %s rejects with its reason; what opens late is dropped',
    async (when) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const dropped: string[] = [];
      const open = deferred<string>();
      if (when === 'before') controller.abort(reason);
      const given = unlessAborted(open.promise, controller.signal, (late) => dropped.push(late));
      if (when === 'meanwhile') controller.abort(reason);
      expect(await given.catch((e) => e)).toBe(reason);
      expect(dropped).toEqual([]);
      open.resolve('late');
      await turn();
      expect(dropped).toEqual(['late']);
    },
  );

  it('one that fails says why, before an abort and after it; nothing is dropped or unhandled', async () => {
    const failure = new Error('broke');
    const { signal } = new AbortController();
    const dropped: string[] = [];
    const drop = (late: string) => dropped.push(late);
    expect(await unlessAborted(Promise.reject(failure), signal, drop).catch((e) => e)).toBe(failure);
    const open = deferred<string>();
    const given = unlessAborted(open.promise, AbortSignal.abort('why'), drop).catch((e) => e);
    open.reject(failure);
    expect(await given).toBe('why');
    await turn();
    expect(dropped).toEqual([]);
  });

  it('leaves no listener at the signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const watched = Object.assign(Object.create(signal), {
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    });
    Object.defineProperty(watched, 'aborted', { value: false });
    await unlessAborted(Promise.resolve('a'), watched, () => {});
    expect(listeners).toBe(0);
    await unlessAborted(Promise.reject(new Error('broke')), watched, () => {}).catch(() => {});
    expect(listeners).toBe(0);
  });
});
