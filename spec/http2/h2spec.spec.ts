import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { FrameReader, Http2Connection } from '../../lib/http2/mod.ts';
import { GET, PREFACE, SETTINGS } from './conformance.ts';
import { type Case, H2SPEC } from './h2spec.ts';

const BODY = new TextEncoder().encode('hello');

/** All frames that a connection answers a case with, in order, and whether it is to be closed then. A server answers requests at once, or after the last frame. */
function play(role: 'server' | 'client', { frames, raw }: Case, late: boolean) {
  const connection = new Http2Connection({ role });
  connection.initiate();
  if (role === 'client') connection.openStream(GET, true);
  const sent = connection.take();
  const asked: number[] = [];
  const bodies = new Map<number, Uint8Array>();
  const write = (): void => {
    for (const [id, bytes] of bodies) {
      const rest = bytes.subarray(connection.sendData(id, bytes, true));
      bodies.set(id, rest);
      if (rest.byteLength === 0) bodies.delete(id);
    }
    sent.push(...connection.take());
  };
  const respond = (): void => {
    for (const id of asked.splice(0)) {
      connection.sendHeaders(id, [[':status', '200']], false);
      bodies.set(id, BODY);
    }
  };
  const start = raw === true ? [] : role === 'server' ? [PREFACE, SETTINGS] : [SETTINGS];
  for (const bytes of [...start, ...frames]) {
    for (const event of connection.receive(bytes, 0))
      if ('endStream' in event && event.endStream && role === 'server') asked.push(event.streamId);
      else if (event.type === 'trailers' && role === 'server') asked.push(event.streamId);
    if (!late) respond();
    write();
  }
  respond();
  write();
  const reader = new FrameReader(1 << 24);
  reader.push(concat(sent).subarray(role === 'client' ? 24 : 0));
  const answers = [];
  for (let f = reader.next(); f !== undefined; f = reader.next())
    answers.push({ ...f, payload: f.payload.slice() });
  return { answers, finished: connection.finished };
}

function check(role: 'server' | 'client', test: Case, late: boolean): void {
  const { answers, finished } = play(role, test, late);
  const { accept } = test;
  const of = (type: number) => answers.filter((frame) => frame.type === type);
  const goAways = of(7).map(({ payload }) => payload[7]);
  if (typeof accept === 'object') {
    const resets = accept.scope === 'stream' ? of(3).map(({ payload }) => payload[3]) : [];
    expect(accept.codes).toContain([...resets, ...goAways][0]);
    // GOAWAY is the last word (RFC 9113 section 5.4.1): then the transport is closed.
    if (goAways.length > 0) expect([finished, answers.at(-1)?.type]).toEqual([true, 7]);
    return;
  }
  expect(goAways).toEqual([]);
  if (accept === 'headers') expect(of(1).map(({ streamId }) => streamId)).toEqual([1]);
  else if (accept === 'ack') expect(of(4).some(({ flags }) => flags === 1)).toBe(true);
  else if (accept === 'ping') expect(of(6)).toHaveLength(1);
  else if (accept === 'pong') {
    const [first] = of(6);
    expect([first?.flags, String.fromCharCode(...(first?.payload ?? []))]).toEqual([1, 'h2spec\0\0']);
  } else expect(`data ${of(0).reduce((sum, { length }) => sum + length, 0)}`).toBe(accept);
}

describe('what h2spec asks of a server', () => {
  it.each(H2SPEC.server.map((test) => [test.id, test] as const))('%s', (_, test) => {
    check('server', test, false);
    if (test.closed !== true) check('server', test, true);
  });
  it('is all there', () => {
    expect(new Set(H2SPEC.server.map(({ id }) => id)).size).toBe(147);
  });
});

describe('what h2specd asks of a client', () => {
  it.each(H2SPEC.client.map((test) => [test.id, test] as const))('%s', (_, test) => {
    check('client', test, false);
  });
  it('is all there', () => {
    expect(new Set(H2SPEC.client.map(({ id }) => id)).size).toBe(57);
  });
});
