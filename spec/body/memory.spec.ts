import { describe, expect, it } from '@jest/globals';
import { measure, memoryNodes } from '../helpers/measure.ts';

const mib = 1 << 20;

describe.each(memoryNodes)('memory, in a process of its own: %s', (node) => {
  it('fork with a branch that stalls holds 1 MiB and a chunk, where tee() holds all that was read', async () => {
    const held = await measure(
      node,
      `
      const chunks = 512;
      const source = () => { let n = 0; return { pull: () => (n++ < chunks ? new Uint8Array(65536) : null) }; };
      const grown = async ([stalled, read]) => {
        const before = used();
        const reader = read.getReader();
        let bytes = 0, waits = false;
        while (!waits) {
          const next = reader.read().then(({ done, value }) => { bytes += value?.length ?? 0; return done; });
          waits = await Promise.race([next, settle().then(() => true)]);
        }
        const grown = used() - before;
        return { bytes, grown, stalled: await stalled.cancel().catch(() => {}), cancel: await reader.cancel() };
      };
      const fork1 = await grown(sluice.fork(source(), 2, { highWaterMark: 1 << 20 }));
      const tee = await grown(sluice.body(source()).tee());
      console.log(JSON.stringify({ fork: fork1, tee }));
      `,
    );
    expect(held.fork.bytes).toBeLessThanOrEqual(mib + 65_536);
    expect(held.fork.grown).toBeLessThan(mib + 65_536 + mib / 2);
    expect(held.tee.bytes).toBe(32 * mib);
    expect(held.tee.grown).toBeGreaterThanOrEqual(32 * mib);
  }, 30_000);

  it('1 GiB through a channel of 64 KiB leaves memory flat', async () => {
    const grown = await measure(
      node,
      `
      const chunk = new Uint8Array(65536);
      const { sender, body } = sluice.channel({ highWaterMark: 65536 });
      const reader = body.getReader();
      const writes = (async () => { for (let i = 0; i < 16384; i++) await sender.send(chunk); sender.close(); })();
      const before = used();
      let peak = 0, n = 0;
      for (let r = await reader.read(); !r.done; r = await reader.read()) if (n++ % 4096 === 0) peak = Math.max(peak, used() - before);
      console.log(JSON.stringify({ peak, n }));
    `,
    );
    expect(grown.peak).toBeLessThan(1 << 20);
  }, 30_000);

  it('steps that are awaited and give nothing leave memory flat', async () => {
    const grown = await measure(
      node,
      `
      const { filter, lines, pipe, rechunk, tap } = sluice;
      const grown = {};
      for (const [name, ...rest] of [
        ['filter', filter(async () => false)],
        ['rechunk', rechunk({ min: 1e6 })],
        ['lines', lines()],
      ]) {
        const chunk = new Uint8Array(1);
        let n = 0, before = 0;
        const count = tap(async () => {
          if (++n === 1000) before = used();
          if (n === 100_000) grown[name] = used() - before;
        });
        const source = { pull: () => (n < 100_000 ? chunk : null) };
        for await (const _ of pipe(source, count, ...rest));
      }
      console.log(JSON.stringify(grown));
    `,
    );
    for (const name of ['filter', 'rechunk', 'lines']) expect(grown[name]).toBeLessThan(mib);
  }, 30_000);

  it('empty chunks that come late leave memory flat', async () => {
    const grown = await measure(
      node,
      `
      let n = 0, before = 0, grown = 0;
      const pull = async () => {
        if (++n === 1000) before = used();
        if (n === 100_000) grown = used() - before;
        return n < 100_000 ? new Uint8Array(0) : null;
      };
      await sluice.bytes(sluice.body({ pull }));
      console.log(JSON.stringify(grown));
    `,
    );
    expect(grown).toBeLessThan(mib);
  }, 30_000);
});
