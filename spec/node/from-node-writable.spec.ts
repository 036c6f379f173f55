import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fromNodeWritable } from '../../adapters/node/mod.ts';
import { old, oldOptions, rest, sizes, staller } from './node-streams.ts';

describe('fromNodeWritable', () => {
  it.each(sizes)('slack of a Writable that stalls: chunks of %d', async (chunk) => {
    const { writable, state } = staller();
    const writer = fromNodeWritable(writable).getWriter();
    let taken = 0;
    const fill = async () => {
      for (;;) {
        await writer.ready;
        taken += chunk;
        writer.write(new Uint8Array(chunk)).catch(() => {});
      }
    };
    fill().catch(() => {});
    await rest(200);
    expect(taken).toBeLessThanOrEqual(writable.writableHighWaterMark + 2 * chunk);
    expect(state.bytes).toBe(chunk);
    await writer.abort(new Error('enough'));
    expect(writable.destroyed).toBe(true);
  });

  it('writes, ends, and errors by identity', async () => {
    const pass = new PassThrough();
    const writer = fromNodeWritable(pass).getWriter();
    await writer.write(new TextEncoder().encode('hi'));
    await writer.close();
    expect(pass.read().toString()).toBe('hi');
    expect(pass.writableFinished).toBe(true);

    const failure = new Error('broken');
    const bad = new Writable({ write: (_c, _e, callback) => callback(failure) });
    const badWriter = fromNodeWritable(bad).getWriter();
    badWriter.write(new Uint8Array(1)).catch(() => {});
    expect(await badWriter.closed.catch((e) => e)).toBe(failure);

    const gone = new PassThrough();
    const goneWriter = fromNodeWritable(gone).getWriter();
    gone.destroy();
    expect(await goneWriter.closed.catch((e) => e)).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('a write that waits for drain fails when the Writable does', async () => {
    const { writable } = staller();
    const writer = fromNodeWritable(writable).getWriter();
    const write = writer.write(new Uint8Array(100_000)).catch((e) => e);
    writer.closed.catch(() => {});
    await rest();
    const failure = new Error('gone');
    writable.destroy(failure);
    expect(await write).toBe(failure);
  });

  it('finishes one of readable-stream 2 or 3, without what Node has added since', async () => {
    const written = new PassThrough(oldOptions);
    const writer = fromNodeWritable(old(written)).getWriter();
    await writer.write(Buffer.from('written'));
    await writer.close();
    expect(String(written.read())).toBe('written');
  });
});
