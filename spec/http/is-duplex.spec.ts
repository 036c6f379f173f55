import { describe, expect, it } from '@jest/globals';
import * as polyfill from 'web-streams-polyfill';
import { isDuplex } from '../../lib/http/is-duplex.ts';
import type { Duplex, Transport } from '../../lib/http/mod.ts';
import { duplexPair } from '../../lib/testing/mod.ts';

const transport = { read: () => null, write: () => {}, abort: () => {} } as unknown as Transport;

describe('isDuplex', () => {
  it('tells two streams of any brand from a transport', () => {
    expect(isDuplex(duplexPair()[0])).toBe(true);
    const { readable, writable } = new polyfill.TransformStream();
    expect(isDuplex({ readable, writable } as unknown as Duplex)).toBe(true);
    expect(isDuplex(transport)).toBe(false);
    // What Node's sockets have besides.
    expect(isDuplex({ ...transport, readable: true, writable: true } as Transport)).toBe(false);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['half a duplex', { readable: new ReadableStream() }],
    ['the other half', { writable: new WritableStream() }],
    ['a socket of Node', { read: () => null, write: () => {}, readable: true, writable: true }],
    ['a stream', new ReadableStream()],
  ])('refuses %s', (_, io) => {
    expect(() => isDuplex(io as Duplex)).toThrow(/as it must be a Duplex or a Transport/);
  });

  it('refuses streams that are locked', () => {
    for (const end of ['readable', 'writable'] as const) {
      const [duplex] = duplexPair();
      if (end === 'readable') duplex.readable.getReader();
      else duplex.writable.getWriter();
      expect(() => isDuplex(duplex)).toThrow(/must not be locked/);
    }
  });
});
