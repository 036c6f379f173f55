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

  it('is what it was made of, whatever becomes of that', async () => {
    const all: (Headers | [string, string][] | Record<string, string>)[] = [
      { 'x-a': '1' },
      new Headers({ 'x-a': '1' }),
      [['x-a', '1']],
    ];
    for (const given of all) {
      const init = { status: 201, statusText: 'Made', headers: given };
      const [there, here] = duplexPair();
      serveConnection(there, async () => {
        const response = respond('abc', init);
        Object.assign(init, { status: 202, statusText: 'Changed' });
        if (Array.isArray(given)) given.push(['x-b', '2']);
        else if (given instanceof Headers) given.set('x-a', '2');
        else given['x-a'] = '2';
        return response;
      });
      const connection = openConnection(here);
      const { status, statusText, headers: got } = await connection.fetch('/');
      expect([status, statusText, got.get('x-a'), got.get('x-b')]).toEqual([201, 'Made', '1', null]);
      connection.abort();
    }
    expect(() => Object.assign(respond(), { status: 404 })).toThrow(TypeError);
  });

  it('has bytes for a BYOB reader, as a Response has, and takes no locked stream', async () => {
    const reader = respond('abc').body?.getReader({ mode: 'byob' });
    expect((await reader?.read(new Uint8Array(2)))?.value).toEqual(Uint8Array.of(97, 98));
    const stream = new ReadableStream<Uint8Array>();
    stream.getReader();
    expect(() => respond(stream)).toThrow(/^Cannot respond as its body must not be locked/);
  });
});

describe('the options of a connection', () => {
  it('are checked at the call, also where the first bytes choose the protocol', () => {
    const numbers = {
      highWaterMark: 0,
      connectionBudget: 0,
      maxWindow: 0,
      maxConcurrentStreams: 0,
      maxFrameSize: 2 ** 24,
      maxHeaderBytes: -1,
      maxHeaderCount: -1,
      maxTrailerBytes: -1,
      maxInformational: -1,
      maxChunkLineBytes: -1,
      maxChunkExtensionBytes: -1,
      drainLimit: -1,
      minRate: 0,
      headersTimeout: 2 ** 31,
      keepAliveTimeout: Number.POSITIVE_INFINITY,
      drainTimeout: -1,
      writeTimeout: -1,
      pingInterval: 0,
      pingTimeout: -1,
    };
    const wrong: [options: object, Kind: typeof TypeError][] = [[{ maxFrameSize: 1 }, RangeError]];
    for (const [name, value] of Object.entries(numbers))
      wrong.push(
        [{ [name]: value }, RangeError],
        [{ [name]: Number.NaN }, RangeError],
        [{ [name]: '9' }, TypeError],
      );
    for (const name of ['clock', 'signal', 'fetchAPI'])
      wrong.push([{ [name]: {} }, TypeError], [{ [name]: 5 }, TypeError]);
    for (const name of ['onError', 'onConnect', 'onUpgrade'])
      expect(() => serveConnection(duplexPair()[0], () => respond(), { [name]: {} })).toThrow(TypeError);
    for (const [options, Kind] of wrong) {
      const [there, here] = duplexPair();
      expect(() => serveConnection(there, () => respond(), options)).toThrow(Kind);
      expect(() => openConnection(here, options)).toThrow(/^Cannot .* as it must be .*: received /);
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
    ['pingInterval', '5', 'from 1 to 2147483647 milliseconds'],
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
    const message = 'Cannot use onError as it must be a function: received 5';
    expect(() => serveConnection(there, () => respond(), { onError: 5 as never })).toThrow(message);
  });

  it('of abuse are checked as well, and what is undefined leaves a default', () => {
    const [there] = duplexPair();
    const open = (abuseLimits: object) => () => openConnection(there, { protocol: 'h2', abuseLimits });
    for (const limit of [
      5,
      { perSecond: 1 },
      { perSecond: -1, burst: 1 },
      { perSecond: 1, burst: Number.NaN },
    ])
      expect(open({ pings: limit })).toThrow(TypeError);
    expect(open({ continuations: {} })).toThrow(TypeError);
    const connection = open({ pings: undefined })();
    expect(connection.stats.streams).toEqual([]);
    connection.abort();
  });

  it('and what a connection runs over', () => {
    const [there, here] = duplexPair();
    const writer = here.writable.getWriter();
    const { readable } = there;
    const socket = { readable: true, read: () => null, write: () => true };
    for (const io of [null, undefined, 5, {}, { readable }, { readable, writable: 5 }, socket, here]) {
      expect(() => serveConnection(io as never, () => respond())).toThrow(/^Cannot use a connection as/);
      expect(() => openConnection(io as never)).toThrow(/^Cannot use a connection as/);
    }
    writer.releaseLock();
    expect([readable.locked, here.readable.locked]).toEqual([false, false]);
  });

  it('that are undefined leave the defaults', async () => {
    const [there, here] = duplexPair();
    serveConnection(there, () => respond('abc'), { highWaterMark: undefined, drainLimit: undefined });
    const connection = openConnection(here, { maxWindow: undefined });
    expect(await (await connection.fetch('/')).text()).toBe('abc');
    await connection.close();
  });
});
