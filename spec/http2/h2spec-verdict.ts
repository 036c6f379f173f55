import { expect } from '@jest/globals';
import { concat } from '../../lib/bytes/concat.ts';
import { type Frame, FrameReader } from '../../lib/http2/mod.ts';
import type { Case } from './h2spec.ts';

/** All frames in what was written, a client's preface aside. */
export function framesIn(role: 'server' | 'client', written: readonly Uint8Array[]): Frame[] {
  const reader = new FrameReader(1 << 24);
  reader.push(concat(written).subarray(role === 'client' ? 24 : 0));
  const frames: Frame[] = [];
  for (let f = reader.next(); f !== undefined; f = reader.next())
    frames.push({ ...f, payload: f.payload.slice() });
  return frames;
}

/** Whether a case gets an answer that the tool accepts. `closed`: we close the connection then. */
export function verdict(accept: Case['accept'], answers: readonly Frame[], closed: boolean): void {
  const of = (type: number) => answers.filter((frame) => frame.type === type);
  const goAways = of(7).map(({ payload }) => payload[7]);
  if (typeof accept === 'object') {
    const resets = accept.scope === 'stream' ? of(3).map(({ payload }) => payload[3]) : [];
    expect([...resets, ...goAways].filter((code) => accept.codes.includes(code ?? -1))).not.toEqual([]);
    // GOAWAY is the last word (RFC 9113 section 5.4.1): then the transport is closed.
    if (goAways.length > 0) expect([closed, answers.at(-1)?.type]).toEqual([true, 7]);
    return;
  }
  // A graceful end is no complaint.
  expect(goAways.filter((code) => code !== 0)).toEqual([]);
  if (accept === 'headers') expect(of(1).map(({ streamId }) => streamId)).toEqual([1]);
  else if (accept === 'ack') expect(of(4).some(({ flags }) => flags === 1)).toBe(true);
  else if (accept === 'ping') expect(of(6)).toHaveLength(1);
  else if (accept === 'pong' || (accept === 'pong or close' && !closed)) {
    const pong = of(6).find(({ flags }) => flags === 1);
    expect(String.fromCharCode(...(pong?.payload ?? []))).toBe('h2spec\0\0');
  } else if (accept !== 'pong or close')
    expect(`data ${of(0).reduce((sum, { length }) => sum + length, 0)}`).toBe(accept);
}
