import { describe, expect, it } from '@jest/globals';
import { deferred } from '../../lib/body/deferred.ts';
import { PieceWriter } from '../../lib/bytes/piece-writer.ts';
import type { Transport } from '../../lib/http/mod.ts';
import { TransportWriter } from '../../lib/http/transport-writer.ts';
import { virtualClock } from '../../lib/testing/mod.ts';

function make(write: (chunks: Uint8Array[]) => void | Promise<void>, writeTimeout?: number) {
  const clock = virtualClock();
  const written: number[] = [];
  const failed: unknown[] = [];
  const late: unknown[] = [];
  const pieces = new PieceWriter();
  const io = {
    write(chunks: Uint8Array[]) {
      for (const { byteLength } of chunks) written.push(byteLength);
      return write(chunks);
    },
  } as unknown as Transport;
  const writer = new TransportWriter(
    io,
    pieces,
    { clock, writeTimeout },
    (error) => failed.push(error),
    (error) => late.push(error),
  );
  return { clock, failed, late, pieces, written, writer };
}

describe('TransportWriter', () => {
  it('hands over all that waits at once, and counts it', () => {
    const { pieces, writer, written } = make(() => {});
    let taken = 0;
    for (const size of [3, 4]) pieces.raw(new Uint8Array(size));
    expect(writer.flush(() => taken++)).toBeUndefined();
    expect([written, writer.bytesWritten, taken, writer.blocked]).toEqual([[7], 7, 1, null]);
  });

  it('without anything that waits writes nothing, and calls back', () => {
    const { writer, written } = make(() => {});
    let taken = 0;
    writer.flush(() => taken++);
    expect([written, taken]).toEqual([[], 1]);
  });

  it('is blocked until the last write was taken', async () => {
    const writes = [deferred<void>(), deferred<void>()];
    let n = 0;
    const { pieces, writer } = make(() => writes[n++]?.promise);
    const seen: string[] = [];
    for (const name of ['a', 'b']) {
      pieces.raw(new Uint8Array(1));
      void writer.flush(() => seen.push(name));
    }
    const { blocked } = writer;
    expect(blocked).not.toBeNull();
    writes[0]?.resolve();
    await writes[0]?.promise;
    await undefined;
    expect([seen, writer.blocked]).toEqual([['a'], blocked]);
    writes[1]?.resolve();
    await blocked;
    expect([seen, writer.blocked]).toEqual([['a', 'b'], null]);
  });

  it.each([false, true])(
    'tells of a write that fails, and does not say it was taken; late %p',
    async (async) => {
      const failure = new Error('broke');
      const { failed, pieces, writer } = make(() => {
        if (async) return Promise.reject(failure);
        throw failure;
      });
      let taken = 0;
      pieces.raw(new Uint8Array(1));
      await writer.flush(() => taken++);
      expect([failed, taken, writer.blocked]).toEqual([[failure], 0, null]);
    },
  );

  it('tells of a write that takes too long, once, and not of one that is taken in time', async () => {
    const writes = [deferred<void>(), deferred<void>()];
    let n = 0;
    const { clock, failed, late, pieces, writer } = make(() => writes[n++]?.promise, 100);
    pieces.raw(new Uint8Array(1));
    void writer.flush();
    await clock.advance(99);
    writes[0]?.resolve();
    await clock.advance(1000);
    expect(late).toEqual([]);
    pieces.raw(new Uint8Array(1));
    void writer.flush();
    await clock.advance(100);
    expect([late, failed, clock.pending]).toEqual([
      [expect.objectContaining({ code: 'ERR_STALL_TIMEOUT', timeout: 100 })],
      [],
      0,
    ]);
  });
});
