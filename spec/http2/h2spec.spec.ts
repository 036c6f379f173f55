import { describe, expect, it } from '@jest/globals';
import { Http2Connection } from '../../lib/http2/mod.ts';
import { GET, PREFACE, SETTINGS } from './conformance.ts';
import { type Case, H2SPEC } from './h2spec.ts';
import { framesIn, verdict } from './h2spec-verdict.ts';

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
  return { answers: framesIn(role, sent), finished: connection.finished };
}

function check(role: 'server' | 'client', test: Case, late: boolean): void {
  const { answers, finished } = play(role, test, late);
  verdict(test.accept, answers, finished);
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
