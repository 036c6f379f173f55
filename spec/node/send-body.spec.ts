import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { fromNodeReadable, sendBody } from '../../adapters/node/mod.ts';
import { body, collect } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';
import { modes, old, oldOptions, rest, staller } from './node-streams.ts';

describe('sendBody', () => {
  it.each(modes)(
    'slack of a Writable that stalls: chunks of $chunk, highWaterMark $hwm',
    async ({ chunk, hwm }) => {
      const other = countingSource({ chunkBytes: chunk, async: true });
      const { writable } = staller();
      const sent = sendBody(writable, body(other, { highWaterMark: hwm })).catch((error) => error);
      await rest(200);
      expect(other.bytes).toBeLessThanOrEqual(hwm + writable.writableHighWaterMark + 2 * chunk);
      writable.destroy();
      const error = await sent;
      expect(error).toMatchObject({ code: 'ERR_CONNECTION_LOST' });
      expect(other.cancelled?.reason).toBe(error);
    },
  );

  it('sends and ends; a failing body destroys the Writable; a signal stops both with its reason', async () => {
    const pass = new PassThrough();
    const sent = sendBody(pass, body('whole'));
    expect((await collect(fromNodeReadable(pass))).text()).toBe('whole');
    await sent;

    const failure = new Error('broke');
    const cut = new PassThrough();
    cut.resume();
    let ended = false;
    cut
      .on('end', () => {
        ended = true;
      })
      .on('error', () => {});
    expect(
      await sendBody(cut, async function* () {
        yield 'a';
        throw failure;
      }).catch((e) => e),
    ).toBe(failure);
    expect([cut.destroyed, ended]).toEqual([true, false]);

    const controller = new AbortController();
    const source = countingSource({ chunkBytes: 10, async: true });
    const { writable } = staller();
    const stopped = sendBody(writable, source, { signal: controller.signal }).catch((e) => e);
    await rest();
    controller.abort(failure);
    expect(await stopped).toBe(failure);
    expect(source.cancelled?.reason).toBe(failure);
    expect(writable.destroyed).toBe(true);
  });

  it('in object mode what waits is a copy', async () => {
    const seen: number[] = [];
    const writable = new Writable({
      objectMode: true,
      write(chunk, _encoding, callback) {
        setImmediate(() => {
          seen.push(chunk[0]);
          callback();
        });
      },
    });
    const memory = new Uint8Array(100);
    let n = 0;
    await sendBody(writable, {
      pull() {
        memory[0] = n;
        return n++ < 5 ? memory : null;
      },
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('a `write` that someone has wrapped may give nothing', async () => {
    const writable = new PassThrough();
    const { write } = writable;
    writable.write = ((chunk: Buffer) => void write.call(writable, chunk, 'utf8')) as never;
    await sendBody(writable, 'sent');
    expect(String(writable.read())).toBe('sent');
  });

  it('listens once, not for each drain', async () => {
    const writable = new Writable({ highWaterMark: 1, write: (_c, _e, callback) => setImmediate(callback) });
    const on = new Map<unknown, number>();
    writable.on('newListener', (event) => on.set(event, (on.get(event) ?? 0) + 1));
    await sendBody(writable, countingSource({ chunkBytes: 10, totalBytes: 1000 }));
    expect(on.get('drain')).toBe(1);
    expect(writable.listenerCount('drain')).toBe(0);
  });

  it('an error after the end is no uncaught exception', async () => {
    const late = new Error('late');
    const writable = new Writable({ autoDestroy: false, write: (_c, _e, callback) => callback() });
    await sendBody(writable, 'x');
    expect(writable.emit('error', late)).toBe(true);
  });

  it('finishes one of readable-stream 2 or 3, without what Node has added since', async () => {
    const sent = new PassThrough(oldOptions);
    await sendBody(old(sent), 'sent');
    expect(String(sent.read())).toBe('sent');
    await expect(sendBody(sent, 'more')).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' });
  });

  it('rejects with the failure of one that finishes when it is destroyed, as those of readable-stream 2', async () => {
    const failure = new Error('broke');
    const writable = new Writable({
      write() {
        this.emit('error', failure);
      },
      destroy(_error, callback) {
        this.emit('finish');
        callback(null);
      },
    });
    await expect(sendBody(writable, 'a')).rejects.toBe(failure);
  });

  it('fulfils for one that closes when it hears that it has finished, as parsers do', async () => {
    const got: string[] = [];
    const writable = new Writable({
      write(chunk, _encoding, callback) {
        got.push(String(chunk));
        callback();
      },
    });
    writable.on('finish', () => writable.emit('close'));
    await sendBody(writable, ['a', 'b']);
    expect(got).toEqual(['a', 'b']);
  });
});
