import { describe, expect, it } from '@jest/globals';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { BodySource, TrailersSource } from '../../lib/body/body-source.ts';
import { deferred } from '../../lib/body/deferred.ts';
import { Output } from '../../lib/http/output.ts';
import { sendBody } from '../../lib/http/send-body.ts';
import { countingSource, virtualClock } from '../../lib/testing/mod.ts';
import { ManualTransport } from './manual-transport.ts';
import { turns } from './raw-peer.ts';

function make(source: BodySource, { chunked = false, limit = 10 } = {}) {
  const io = new ManualTransport();
  const output = new Output(io, { clock: virtualClock() });
  const state = { stopped: false };
  const core = new BodyCore(source);
  const send = (): Promise<void> => sendBody(core, output, limit, chunked, () => state.stopped);
  return { core, io, output, send, state };
}

/** Texts, each given at once, or late. */
const texts = (...given: (string | Promise<string>)[]): BodySource => ({
  pull() {
    const next = given.shift();
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    return next === undefined ? null : typeof next === 'string' ? bytes(next) : next.then(bytes);
  },
});

describe('sendBody', () => {
  it('chunks that are there go out together, with what was before them, past the limit', async () => {
    const { io, output, send } = make(countingSource({ chunkBytes: 4, totalBytes: 22 }));
    output.addText('head');
    await send();
    // 4 and three chunks pass 10; what is less stays for who ends the message.
    expect([io.writes, output.queued]).toEqual([[16], 10]);
  });

  it('pulls nothing while the transport has no room', async () => {
    const source = countingSource({ chunkBytes: 20, totalBytes: 100 });
    const { io, send } = make(source);
    io.stuck = true;
    const sent = send();
    await turns();
    expect([source.pulls, io.writes]).toEqual([1, [20]]);
    io.take();
    await sent;
    expect([source.pulls, io.writes]).toEqual([6, [20, 20, 20, 20, 20]]);
  });

  it('a chunk that came while the transport had no room waits for it, and is the only one', async () => {
    const late = deferred<string>();
    const { io, output, send } = make(texts('a'.repeat(11), late.promise, 'c'));
    const sent = send();
    io.stuck = true;
    output.addText('x');
    output.flush();
    late.resolve('b');
    await turns();
    expect([io.writes, output.queued]).toEqual([[11, 1], 0]);
    io.take();
    await sent;
    expect(output.queued).toBe(2);
  });

  it('nothing is held back for a chunk that is late', async () => {
    const late = deferred<string>();
    const { io, send } = make(texts('a', 'b', late.promise));
    const sent = send();
    await turns();
    expect(io.text()).toBe('ab');
    late.resolve('c');
    await sent;
  });

  it('a chunk that is too large to copy is written before its source is pulled again', async () => {
    const memory = new Uint8Array(65_537);
    let pulls = 0;
    const { io, send } = make(
      { pull: () => (pulls === 3 ? null : memory.fill(97 + pulls++)) },
      { limit: 1_000_000 },
    );
    await send();
    const text = io.text();
    expect([io.writes, text[0], text[65_537], text.at(-1)]).toEqual([
      [65_537, 65_537, 65_537],
      'a',
      'b',
      'c',
    ]);
  });

  it.each([false, true])('chunked: %s', async (chunked) => {
    const { io, output, send } = make(texts('abc', 'd'.repeat(16)), { chunked, limit: 100 });
    await send();
    output.flush();
    const d = 'd'.repeat(16);
    expect(io.text()).toBe(chunked ? `3\r\nabc\r\n10\r\n${d}\r\n0\r\n\r\n` : `abc${d}`);
    const empty = make(texts(), { chunked });
    await empty.send();
    expect(empty.output.queued).toBe(chunked ? 5 : 0);
  });

  it('stopped, it pulls and adds nothing more', async () => {
    for (const chunked of [false, true]) {
      const late = deferred<string>();
      const { core, io, output, send, state } = make(texts('a', late.promise, 'c'), { chunked });
      const sent = send();
      await turns();
      io.written();
      state.stopped = true;
      late.resolve('b');
      await sent;
      expect([output.queued, core.stats.pulls]).toEqual([0, 2]);
    }
  });

  it('a body that fails fails it, and a chunked one does not look finished', async () => {
    const failure = new Error('broke');
    const { io, output, send } = make(texts('a', Promise.reject(failure)), { chunked: true });
    await expect(send()).rejects.toBe(failure);
    output.flush();
    expect(io.text()).toBe('1\r\na\r\n');
  });
});

describe('sendBody, trailers', () => {
  const trailing = (trailers: TrailersSource) => make({ ...texts('a'), trailers }, { chunked: true });

  it('are the last, without those that may not be sent', async () => {
    const { io, output, send } = trailing(new Headers({ 'content-length': '1', 'x-a': '1' }));
    await send();
    output.flush();
    expect(io.text()).toBe('1\r\na\r\n0\r\nx-a: 1\r\n\r\n');
    const unchunked = make({ ...texts('a'), trailers: new Headers({ 'x-a': '1' }) });
    await unchunked.send();
    expect(unchunked.output.queued).toBe(1);
  });

  it('hold nothing back while they are late, and are not added once it was stopped', async () => {
    for (const stops of [false, true]) {
      const late = deferred<Headers>();
      const { io, output, send, state } = trailing(() => late.promise);
      const sent = send();
      await turns();
      expect(io.text()).toBe('1\r\na\r\n');
      state.stopped = stops;
      late.resolve(new Headers());
      await sent;
      expect(output.queued).toBe(stops ? 0 : 5);
    }
  });

  it('that fail: it does not look finished', async () => {
    const { io, output, send } = trailing(() => Promise.reject(new Error('none')));
    await expect(send()).rejects.toThrow('none');
    output.flush();
    expect(io.text()).toBe('1\r\na\r\n');
  });
});
