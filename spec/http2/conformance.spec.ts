import { describe, expect, it } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { FrameReader, Http2Connection, type Http2Event } from '../../lib/http2/mod.ts';
import { GET, PREFACE, SCRIPTS, type Script, SETTINGS } from './conformance.ts';

/** What was answered: resets and the GOAWAY, and the events, with the pieces of a body joined. */
function play(
  script: Script,
  split: (bytes: Uint8Array) => Uint8Array[],
): { answers: string[]; events: string[] } {
  const connection = new Http2Connection({ role: script.role });
  connection.initiate();
  for (let i = 0; i < (script.open ?? 0); i++) connection.openStream(GET, true);
  const sent: Uint8Array[] = connection.take();
  const preface = script.raw === true ? [] : script.role === 'server' ? [PREFACE, SETTINGS] : [SETTINGS];
  const events: string[] = [];
  const received: number[] = [];
  for (const bytes of [...preface, ...script.frames]) {
    for (const piece of split(bytes)) {
      for (const event of connection.receive(piece, 0)) {
        note(event);
        if (event.type === 'request' && script.respond === true)
          connection.sendHeaders(event.streamId, [[':status', '200']], true);
      }
      sent.push(...connection.take());
    }
  }
  function note(event: Http2Event): void {
    if (event.type === 'data') received.push(event.streamId, ...event.data, event.endStream ? -1 : -2);
    else events.push(event.type === 'reset' ? `reset ${event.streamId} ${event.errorCode}` : event.type);
  }
  const reader = new FrameReader(1 << 24);
  reader.push(concat(sent).subarray(script.role === 'client' ? 24 : 0));
  const answers: string[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
    if (frame.type === 3) answers.push(`reset ${frame.streamId} ${frame.payload[3]}`);
    if (frame.type === 7) answers.push(`goAway ${frame.payload[7]}`);
  }
  return { answers, events };
}

const every =
  (n: number) =>
  (bytes: Uint8Array): Uint8Array[] => {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.byteLength; at += n) pieces.push(bytes.slice(at, at + n));
    return pieces;
  };

describe('a peer that breaks RFC 9113 or RFC 7541 is answered with the right code at the right scope', () => {
  it.each(SCRIPTS.map((script) => [`${script.role}: ${script.name}`, script] as const))('%s', (_, script) => {
    const whole = play(script, (bytes) => [bytes]);
    const { expect: wanted } = script;
    if (wanted === 'ok') expect(whole.answers).toEqual([]);
    else if ('goAway' in wanted) expect(whole.answers.at(-1)).toBe(`goAway ${wanted.goAway}`);
    else expect(whole.answers).toEqual([`reset ${wanted.stream} ${wanted.reset}`]);
    for (const n of [1, 7, 10]) expect(play(script, every(n))).toEqual(whole);
  });
});
