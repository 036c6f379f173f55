import type { Row } from '../contract.ts';
import { drain, upTo } from './helpers.ts';

/** Bodies that cross a MessagePort: by copy and credit, no stream is transferred. */
export const portRows: readonly Row[] = [
  {
    name: 'every byte crosses a port, in order, with the trailers',
    uses: [],
    async run({ sluice, testing, browser, equal }) {
      for (const [chunkBytes, highWaterMark] of [
        [7, 1],
        [7, 10],
        [100, 30],
        [10, 65_536],
      ] as const) {
        const source = testing.countingSource({ chunkBytes, totalBytes: 200 });
        const trailers = new Headers({ 'x-sum': '1' });
        const port = browser.toMessagePort(sluice.body(source, { trailers }));
        const stream = browser.fromMessagePort(port, { highWaterMark, byteLength: 200 });
        equal(await drain(stream.getReader()), upTo(200), `${chunkBytes} ${highWaterMark}`);
        equal([...(await stream.trailers)], [['x-sum', '1']], 'trailers');
        equal([stream.stats.state, stream.byteLength], ['ended', 200]);
      }
    },
  },
  {
    name: 'a port that nobody reads pulls nothing; one that is read holds highWaterMark bytes at most',
    uses: [],
    async run({ testing, browser, equal, settle }) {
      const source = testing.countingSource({ chunkBytes: 10 });
      const stream = browser.fromMessagePort(browser.toMessagePort(source), { highWaterMark: 35 });
      await settle();
      equal(source.pulls, 0, 'pulls');
      const reader = stream.getReader();
      let read = 0;
      for (let n = 0; n < 20; n++) {
        read += (await reader.read()).value?.byteLength ?? 0;
        await settle();
        // The chunk in hand is cut at the credit, and its rest stays where it is.
        equal(source.bytes - read <= 35 + 10, true, `${source.bytes - read} bytes ahead`);
      }
      await reader.cancel();
    },
  },
  {
    name: 'a cancel crosses a port once, with the name and code of its reason, while a pull is pending',
    uses: [],
    async run({ browser, equal }) {
      const reasons: unknown[] = [];
      let pulled = (): void => {};
      const pulling = new Promise<void>((resolve) => {
        pulled = resolve;
      });
      const heard = new Promise<void>((resolve) => {
        const source = {
          pull: () => {
            pulled();
            return new Promise<null>(() => {});
          },
          cancel: (reason: unknown) => {
            reasons.push(reason);
            resolve();
          },
        };
        const reader = browser.fromMessagePort(browser.toMessagePort(source)).getReader();
        const read = reader.read();
        pulling
          .then(() => reader.cancel(Object.assign(new Error('left'), { name: 'Left', code: 'ERR_LEFT' })))
          .then(() => read);
      });
      await heard;
      const { name, code, message } = reasons[0] as Error & { code: string };
      equal([reasons.length, name, code, message], [1, 'Left', 'ERR_LEFT', 'left']);
    },
  },
  {
    name: 'an error crosses a port after what was received, with its name and code',
    uses: [],
    async run({ sluice, browser, equal, rejection }) {
      const pieces = ['some', 'more'];
      const source = {
        pull: () => {
          const piece = pieces.shift();
          if (piece === undefined) throw new sluice.LimitExceededError(8, 9);
          return new TextEncoder().encode(piece);
        },
      };
      const stream = browser.fromMessagePort(browser.toMessagePort(source));
      const reader = stream.getReader();
      let bytes = 0;
      const error = await rejection(
        (async () => {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return 'the end';
            bytes += value.byteLength;
          }
        })(),
      );
      const { name, code, limit, received } = error as Record<string, unknown>;
      equal([bytes, name, code, limit, received], [8, 'LimitExceededError', 'ERR_LIMIT_EXCEEDED', 8, 9]);
      equal(stream.stats.state, 'errored');
    },
  },
  {
    name: 'memory of the source stays whole when its bytes cross a port, unless it gives them away',
    uses: [],
    async run({ sluice, browser, equal }) {
      for (const transfer of [false, true]) {
        const whole = new Uint8Array([1, 2, 3]);
        const given = [whole];
        const source = { pull: () => given.shift() ?? null };
        const port = browser.toMessagePort(source, { transfer });
        equal(await sluice.bytes(browser.fromMessagePort(port)), [1, 2, 3]);
        equal(whole.byteLength, transfer ? 0 : 3, 'the source');
      }
    },
  },
  {
    name: 'a port whose other end is closed fails the body, and cancels the source',
    uses: [],
    async run({ browser, equal, rejection }) {
      const { port1, port2 } = new MessageChannel();
      const read = browser.fromMessagePort(port2).getReader().read();
      port1.close();
      equal(((await rejection(read)) as { code?: string }).code, 'ERR_CONNECTION_LOST');

      const heard = new Promise<unknown>((resolve) => {
        const port = browser.toMessagePort({ pull: () => null, cancel: resolve });
        port.start();
        port.close();
      });
      equal(((await heard) as { code?: string }).code, 'ERR_CONNECTION_LOST');
    },
  },
];
