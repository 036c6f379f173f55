import { describe, expect, it } from '@jest/globals';
import { clientSettings } from '../../lib/http/client-settings.ts';
import { http2Settings } from '../../lib/http/http2-settings.ts';
import type { ServeOptions } from '../../lib/http/mod.ts';
import { serverSettings } from '../../lib/http/server-settings.ts';
import { Http2Connection } from '../../lib/http2/mod.ts';

const served = (options: ServeOptions = {}) => http2Settings('server', serverSettings(options, true));

describe('http2Settings', () => {
  it('windows are never over what RFC 9113 section 6.9.1 lets them be, whatever the options', () => {
    const large = { highWaterMark: 2 ** 40, connectionBudget: 2 ** 41, maxWindow: 2 ** 42 };
    const most = 2 ** 31 - 1;
    expect(served(large)).toMatchObject({ highWaterMark: most, connectionBudget: most, maxWindow: most });
    expect(() => new Http2Connection(served(large))).not.toThrow();
    expect(served({ highWaterMark: 1 })).toMatchObject({ role: 'server', highWaterMark: 1 });
  });

  it('offers extended CONNECT where someone takes it', () => {
    expect(served().enableConnectProtocol).toBe(false);
    expect(served({ onConnect: () => undefined }).enableConnectProtocol).toBe(true);
    const client = http2Settings('client', clientSettings({}, true, false));
    expect([client.role, client.enableConnectProtocol]).toEqual(['client', false]);
  });

  it('has the limits of abuse, each as it is given', () => {
    expect(served().limits).toEqual({});
    const pings = { perSecond: 1, burst: 2 };
    expect(served({ abuseLimits: { pings } }).limits).toEqual({ pings });
  });
});
