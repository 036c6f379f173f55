import { describe, expect, it } from '@jest/globals';
import { openConnection, respond, serveConnection } from '../../lib/http/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';

describe('respond', () => {
  it('keeps the length and the type of a form', async () => {
    const [there, here] = duplexPair();
    serveConnection(there, () => respond(new URLSearchParams({ a: 'b c' })));
    const connection = openConnection(here);
    const response = await connection.fetch('/');
    expect(response.headers.get('content-length')).toBe('5');
    expect(response.headers.get('content-type')).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(await response.text()).toBe('a=b+c');
    await connection.close();
  });

  it('passes for a Response, and asks one for what it does not have itself', async () => {
    const response = respond('abc');
    expect(response).toBeInstanceOf(Response);
    expect(response.constructor).toBe(Response);
    expect([response.type, response.redirected, response.url]).toEqual(['default', false, '']);
    expect(await response.clone().text()).toBe('abc');
    expect(await (await response.blob()).text()).toBe('abc');
    expect(response.bodyUsed).toBe(true);
  });
});

describe('the options of a connection', () => {
  it('are checked at the call, also where the first bytes choose the protocol', () => {
    for (const options of [{ maxFrameSize: 1 }, { maxWindow: 0 }, { drainLimit: -1 }]) {
      const [there, here] = duplexPair();
      expect(() => serveConnection(there, () => respond(), options)).toThrow(RangeError);
      expect(() => openConnection(here, options)).toThrow(RangeError);
      expect([there.readable.locked, here.readable.locked]).toEqual([false, false]);
    }
  });

  it.each([
    ['maxHeaderBytes', 0, 'a whole number from 1'],
    ['maxHeaderCount', -1, 'a whole number from 0'],
    ['maxInformational', '3', 'a whole number from 0'],
    ['headersTimeout', -1, 'from 0 to 2147483647 milliseconds'],
    ['keepAliveTimeout', Number.NaN, 'from 0 to 2147483647 milliseconds'],
    ['writeTimeout', Number.POSITIVE_INFINITY, 'from 0 to 2147483647 milliseconds'],
    ['pingInterval', '5', 'from 0 to 2147483647 milliseconds'],
    ['protocol', 'h3', "'http/1.1', 'h2' or 'auto'"],
    ['signal', 5, 'an AbortSignal'],
  ])('%s must not be %p', (name, value, must) => {
    const [there, here] = duplexPair();
    const options = { [name]: value };
    const message = `Cannot use ${name} as it must be ${must}: received ${value}`;
    expect(() => serveConnection(there, () => respond(), options)).toThrow(message);
    expect(() => openConnection(here, options)).toThrow(message);
    expect([there.readable.locked, here.readable.locked]).toEqual([false, false]);
  });

  it('onError must be a function, as the handler', () => {
    const [there] = duplexPair();
    const message = 'Cannot serve as onError must be a function: received 5';
    expect(() => serveConnection(there, () => respond(), { onError: 5 as never })).toThrow(message);
  });

  it('that are undefined leave the defaults', async () => {
    const [there, here] = duplexPair();
    serveConnection(there, () => respond('abc'), { highWaterMark: undefined, drainLimit: undefined });
    const connection = openConnection(here, { maxWindow: undefined });
    expect(await (await connection.fetch('/')).text()).toBe('abc');
    await connection.close();
  });
});
