import { describe, expect, it } from '@jest/globals';
import { Http1Body } from '../../lib/http/http1-body.ts';
import { Http1Input } from '../../lib/http/http1-input.ts';
import type { RequestEvent } from '../../lib/http1/events.ts';
import { Http1Receiver } from '../../lib/http1/receiver.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

/** The body of a request, of which this has come. */
async function make(fields: string, came = '') {
  const io = new ManualTransport();
  const input = new Http1Input(io, new Http1Receiver({ role: 'server' }));
  io.give(`POST / HTTP/1.1\r\nhost: a\r\n${fields}\r\n\r\n${came}`);
  await input.fill();
  const [head, ...events] = input.receive();
  const heard: unknown[] = [];
  const hooks = {
    received: () => heard.push('received'),
    broke(error: unknown, lost: boolean) {
      heard.push([(error as Error).name, lost]);
      return 'told';
    },
  };
  const settings = { transfer: false, fetchAPI: globalThis };
  const body = new Http1Body(input, head as RequestEvent, events, settings, hooks);
  return { body, heard, input, io };
}

const text = async (chunk: Uint8Array | null | Promise<Uint8Array | null>): Promise<string | null> => {
  const given = await chunk;
  return given && new TextDecoder().decode(given);
};

describe('Http1Body', () => {
  it('reads only when it is pulled and has nothing, once a pull', async () => {
    const { body, heard, io } = await make('content-length: 9', 'abc');
    io.give('def', 'ghi');
    await turns();
    expect([io.reads, body.held, body.received]).toEqual([1, 3, 3]);
    const got = [await text(body.pull(65_536)), await text(body.pull(65_536))];
    expect([got, io.reads, body.ended, heard]).toEqual([['abc', 'def'], 2, false, []]);
    expect(await text(body.pull(65_536))).toBe('ghi');
    // It was received with its last byte, not when the end is read.
    expect([io.reads, heard]).toEqual([3, ['received']]);
    expect(body.pull(65_536)).toBeNull();
    expect([io.reads, heard]).toEqual([3, ['received']]);
  });

  it('is complete where all of it came with the head', async () => {
    const { body, io } = await make('content-length: 3', 'abc');
    expect([body.ended, await text(body.pull(9)), body.pull(9), io.reads]).toEqual([true, 'abc', null, 1]);
  });

  it('reads on for who waits when what came is only framing', async () => {
    const { body, io } = await make('transfer-encoding: chunked');
    const pulled = text(body.pull(9));
    io.give('3', '\r\n', 'a');
    expect(await pulled).toBe('a');
    expect(io.reads).toBe(4);
  });

  it('has trailers where they came, or were declared and may', async () => {
    const { body } = await make('transfer-encoding: chunked', '0\r\nx-a: 1\r\n\r\n');
    expect((body.trailers as () => Headers)().get('x-a')).toBe('1');
    const declared = await make('transfer-encoding: chunked\r\ntrailer: x-a');
    expect(typeof declared.body.trailers).toBe('function');
    expect((await make('content-length: 1\r\ntrailer: x-a')).body.trailers).toBeUndefined();
  });

  it('reads into the view of its reader, and nothing that follows it stays there', async () => {
    const { body, input, io } = await make('content-length: 3');
    const view = new Uint8Array(100);
    const filled = body.pullInto(view);
    io.give('abcGET /next HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await filled).toBe(3);
    view.fill(0);
    input.codec.next();
    expect(input.receive()).toMatchObject([{ type: 'request', path: '/next' }, { type: 'end' }]);
  });

  it.each([
    ['a transport that fails', 'content-length: 9', new Error('reset'), ['ConnectionLostError', true]],
    ['an end before its time', 'content-length: 9', null, ['ProtocolError', true]],
    ['framing that is none', 'transfer-encoding: chunked', 'zz\r\n', ['ProtocolError', false]],
  ])('%s is told, once, and what came is read before it', async (_, fields, end, told) => {
    const { body, heard, io } = await make(fields, fields.startsWith('t') ? '3\r\nabc\r\n' : 'abc');
    expect(await text(body.pull(9))).toBe('abc');
    const pulled = Promise.resolve(body.pull(9)).catch((error) => error);
    if (end instanceof Error) io.lose(end);
    else io.give(end);
    expect([await pulled, body.broken, heard]).toEqual(['told', true, [told]]);
    expect(() => body.pull(9)).toThrow('told');
    expect([heard.length, body.drop()]).toEqual([1, 0]);
  });

  it('is dropped as far as it is in hand', async () => {
    const { body, heard, input, io } = await make('content-length: 9', 'abc');
    body.detach('over');
    expect(body.drop()).toBeNull();
    io.give('defghi');
    await input.fill();
    expect([body.drop(), body.ended, heard]).toEqual([6, true, ['received']]);
    expect([body.drop(), heard]).toEqual([0, ['received']]);
  });

  it('that failed for a reason of ours is broken where what follows is, but not once it has ended', async () => {
    for (const [came, broken, expected] of [
      ['abc', true, false],
      ['ab', false, false],
      ['ab', true, true],
    ] as const) {
      const { body } = await make('content-length: 3', came);
      body.fail('late', broken);
      expect(body.broken).toBe(expected);
    }
  });
});
