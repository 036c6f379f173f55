import { describe, expect, it } from '@jest/globals';
import {
  BodyStream,
  body,
  bodyOf,
  bytes,
  channel,
  concat,
  deadline,
  fork,
  limitBytes,
  lines,
  map,
  merge,
  pipe,
  throttle,
  through,
} from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

const wrong = (value: unknown): never => value as never;

/** A native stream and one of ours: the one is read by its reader, the other at its core. */
const streams = [
  ['native', () => new Blob(['abc']).stream() as ReadableStream<Uint8Array>],
  ['a BodyStream', () => body('abc')],
] as const;

describe.each(streams)('%s that was given to a call that fails', (_name, make) => {
  const pair = new TransformStream();
  pair.readable.getReader();
  const values = map(() => 5);
  const calls: [string, (stream: ReadableStream<Uint8Array>) => unknown][] = [
    ['body, a highWaterMark', (stream) => body(stream, { highWaterMark: -1 })],
    ['body, a byteLength', (stream) => body(stream, { byteLength: 0.5 })],
    ['body, a type', (stream) => body(stream, { type: wrong('chunks') })],
    ['fork, n', (stream) => fork(stream, 1, { highWaterMark: 1 })],
    ['fork, no options', (stream) => fork(stream, 2, wrong(undefined))],
    ['fork, a type', (stream) => fork(stream, 2, { highWaterMark: 1, type: wrong('chunks') })],
    ['pipe, bytes after values', (stream) => pipe(stream, lines(), wrong(limitBytes(1)))],
    ['pipe, a pair that is locked', (stream) => pipe(stream, through(pair))],
    ['concat', (stream) => concat(stream, wrong(5))],
    ['merge', (stream) => merge(stream, wrong(null))],
  ];

  it.each(calls)('is as it was: %s', async (_call, call) => {
    const stream = make();
    expect(() => call(stream)).toThrow(/^Cannot .* as .* must .*: received /);
    expect(stream.locked).toBe(false);
    expect(new TextDecoder().decode(await bytes(stream))).toBe('abc');
  });

  it('is not cancelled by what the call had begun', async () => {
    const clock = virtualClock();
    const stream = make();
    const tagged = (): never => {
      throw new Error('mine');
    };
    expect(() => pipe(stream, deadline(5, { clock }), values, tagged)).toThrow('mine');
    await clock.advance(10);
    expect(new TextDecoder().decode(await bytes(stream))).toBe('abc');
  });
});

it('says what is wrong with a call, as always', () => {
  const calls: (() => unknown)[] = [
    () => fork('a', 2, wrong(undefined)),
    () => channel(wrong(undefined)),
    () => throttle(wrong(undefined)),
    () => bodyOf(wrong(null)),
    () => bodyOf(wrong({})),
    () => through(wrong({ readable: new ReadableStream() })),
    () => new BodyStream(wrong(undefined)),
    () => new BodyStream(wrong(5)),
  ];
  for (const call of calls) expect(call).toThrow(/^Cannot .* as .* must .*: received /);
});
