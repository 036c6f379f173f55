import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { deadline, idleTimeout, pipe, stallTimeout, throttle } from '../../lib/mod.ts';
import { virtualClock } from '../../lib/testing/mod.ts';
import { manual } from './manual.ts';
import { outcome } from './reading.ts';

const run = promisify(execFile);

describe('no rejection is unhandled, and no timer holds the process (law 8)', () => {
  it('on every way out of channel, fork and pipes', async () => {
    const bundle = join(await mkdtemp(join(tmpdir(), 'sluice-spec-')), 'mod.mjs');
    await build({
      entryPoints: ['lib/mod.ts'],
      outfile: bundle,
      bundle: true,
      format: 'esm',
      target: 'es2022',
    });
    const script = `
      import * as s from ${JSON.stringify(bundle)};
      const failure = new Error('broke');
      const broken = () => { let n = 0; return { pull: async () => { if (n++) throw failure; return new Uint8Array(10); } }; };
      const endless = () => ({ pull: async () => new Uint8Array(10) });
      const chains = () => [
        [s.limitBytes(5)], [s.limitBytes(15)], [s.fixedLength(5)], [s.idleTimeout(60_000), s.stallTimeout(60_000), s.deadline(60_000)],
        [s.withTrailers(Promise.reject(failure))], [s.through(new CompressionStream('gzip'))], [s.through(new DecompressionStream('gzip'))],
        [s.coalesce(100)], [s.rechunk({ size: 7 })], [s.tap(() => { throw failure; })], [s.map(async () => { throw failure; })],
        [s.lines({ maxBytes: 3 })], [s.ndjson({ maxBytes: 3 })], [s.text()], [s.take(1)], [s.buffer(30)], [s.encodeSse()],
        [s.throttle({ bytesPerSecond: 1 })],
      ];
      for (const make of [broken, endless])
        for (const reads of [0, 1, 2])
          for (const chain of chains()) {
            const reader = s.pipe(make(), ...chain).getReader();
            reader.closed.catch(() => {});
            for (let i = 0; i < reads; i++)
              await Promise.race([reader.read().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))]);
            await reader.cancel(failure).catch(() => {});
          }
      for (const way of ['abort', 'cancel', 'close']) {
        const { sender, body } = s.channel({ highWaterMark: 4 });
        for (let i = 0; i < 4; i++) sender.send('abcd');
        sender.ready(4);
        if (way === 'cancel') await body.cancel(failure);
        else if (way === 'close') sender.close();
        else sender.abort(failure);
        sender.send('late');
        sender.ready();
        const strict = s.channel({ highWaterMark: 4, backpressure: 'strict' });
        strict.sender.send('abcd');
        strict.sender.send('abcd');
      }
      for (const policy of ['block', 'error', 'drop-oldest']) {
        const [a, b] = s.fork(broken(), 2, { highWaterMark: 5, backpressure: policy });
        s.bytes(a).catch(() => {});
        await new Promise(setImmediate);
        await b.cancel().catch(() => {});
        s.fork(endless(), 2, { highWaterMark: 5, backpressure: policy })[0].getReader().read();
      }
      for (const join of [s.concat, s.merge]) {
        await s.bytes(join(broken(), endless())).catch(() => {});
        await join(broken(), endless()).cancel(failure);
      }
      process.on('exit', () => console.log('done'));
    `;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 10_000,
    });
    expect([stdout.trim(), stderr]).toEqual(['done', '']);
  });
});

describe('timed operators', () => {
  it.each(['end', 'error', 'cancel', 'cancel while a read waits'])(
    'leave no timer behind: %s (law 8)',
    async (way) => {
      const clock = virtualClock();
      const { source, give } = manual();
      const stream = pipe(
        way === 'error' ? { pull: () => Promise.reject(new Error('broke')) } : source,
        idleTimeout(100, { clock }),
        stallTimeout(100, { clock }),
        deadline(100, { clock }),
        throttle({ bytesPerSecond: 1, clock }),
      );
      const reader = stream.getReader();
      const first = outcome(reader.read());
      await clock.advance(0);
      if (way === 'end') give(0);
      if (way === 'cancel') {
        give(5);
        await clock.advance(0);
        expect(first.value).toBeDefined();
        outcome(reader.read());
        await clock.advance(0);
      }
      if (way.startsWith('cancel')) await reader.cancel();
      await clock.advance(0);
      expect(clock.pending).toBe(0);
    },
  );
});
