import { describe, expect, it } from '@jest/globals';
import { serverSettings } from '../../lib/http/server-settings.ts';

describe('serverSettings', () => {
  it('reports errors, with their request, and outlives what hears them', () => {
    const heard: unknown[] = [];
    const onError = (...told: unknown[]): void => {
      heard.push(told);
      throw new Error('again');
    };
    const { report } = serverSettings({ onError }, true);
    const request = new Request('http://a/');
    report('first', request);
    report('second');
    expect(heard).toEqual([
      ['first', request],
      ['second', undefined],
    ]);
    serverSettings({}, true).report('unheard');
  });

  it.each(['onError', 'onConnect', 'onUpgrade'])('%s must be a function', (name) => {
    for (const value of [null, 'text', {}])
      expect(() => serverSettings({ [name]: value }, true)).toThrow(TypeError);
    expect(() => serverSettings({ [name]: undefined }, true)).not.toThrow();
  });

  it('has the rest as every connection has it', () => {
    expect(serverSettings({ drainLimit: 1 }, false)).toMatchObject({ drainLimit: 1, transfer: false });
    expect(() => serverSettings({ drainLimit: -1 }, true)).toThrow(RangeError);
  });
});
