import type { Row } from '../contract.ts';
import { counted, upTo } from './helpers.ts';

/** The functions that read a body. */
export const readingRows: readonly Row[] = [
  {
    name: 'bytes and collect read a stream of any brand, with and without a body around it',
    uses: ['source'],
    async run({ sluice, source, equal }) {
      equal(await sluice.bytes(source.stream(counted(10, 5))), upTo(50));
      const collected = await sluice.collect(sluice.body(source.stream(counted(10, 5)), { byteLength: 50 }));
      equal([...collected.bytes()], upTo(50));
      equal([...collected.trailers], []);
      const text = [new TextEncoder().encode('{"a":"h\u00e9'), new TextEncoder().encode('llo"}')];
      equal((await sluice.collect(source.stream({ pull: () => text.shift() }))).json(), { a: 'h\u00e9llo' });
    },
  },
  {
    name: 'a limit fails at the chunk that passes it, and cancels the source',
    uses: ['source'],
    async run({ sluice, source, equal, rejection, settle }) {
      const from = counted(10, 100, 'silence');
      const error = await rejection(sluice.collect(source.stream(from), { limit: 25 }));
      const { code, limit } = error as Record<string, unknown>;
      equal([code, limit], ['ERR_LIMIT_EXCEEDED', 25]);
      await settle();
      equal(from.reasons.length, 1, 'cancels');
    },
  },
  {
    name: 'a limit hands the source the same error',
    uses: ['source'],
    async run({ sluice, source, same, rejection, settle }) {
      const from = counted(10, 100, 'silence');
      const error = await rejection(sluice.collect(source.stream(from), { limit: 25 }));
      await settle();
      same(from.reasons[0], error, 'the reason');
    },
  },
  {
    name: 'a declared length over the limit fails before any pull',
    uses: ['source'],
    async run({ sluice, source, equal, rejection, settle }) {
      const from = counted(10, 10);
      const stream = sluice.body(source.stream(from), { byteLength: 100 });
      const error = await rejection(sluice.collect(stream, { limit: 99 }));
      equal((error as Record<string, unknown>)['code'], 'ERR_LIMIT_EXCEEDED');
      await settle();
      equal(from.pulls, 0);
    },
  },
  {
    name: 'iterate gives every chunk and unlocks at the end',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      const stream = source.stream(counted(10, 3));
      let all: number[] = [];
      for await (const chunk of sluice.iterate(stream)) all = [...all, ...chunk];
      equal(all, upTo(30));
      await settle();
      equal(stream.locked, false, 'locked');
    },
  },
  {
    name: 'iterate that is left early cancels and unlocks; with preventCancel the rest can be read',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      const from = counted(10, 3);
      const stream = source.stream(from);
      for await (const _chunk of sluice.iterate(stream)) break;
      await settle();
      equal([from.reasons.length, stream.locked], [1, false], 'cancels, locked');

      const kept = source.stream(counted(10, 3));
      let first = 0;
      for await (const chunk of sluice.iterate(kept, { preventCancel: true })) {
        first = chunk.byteLength;
        break;
      }
      equal(kept.locked, false, 'locked');
      equal((await sluice.bytes(kept)).byteLength, 30 - first, 'the rest');
    },
  },
  {
    name: 'iterate throws the error of the source, or the reason of its signal',
    uses: ['source'],
    async run({ sluice, source, equal, same, rejection, settle }) {
      const error = new Error('broke');
      const walk = async (from: AsyncIterable<unknown>): Promise<void> => {
        for await (const _chunk of from);
      };
      same(await rejection(walk(sluice.iterate(source.stream(counted(10, 2, { error }))))), error);

      const from = counted(10, 1, 'silence');
      const controller = new AbortController();
      const failed = rejection(walk(sluice.iterate(source.stream(from), { signal: controller.signal })));
      await settle();
      const reason = new Error('stop');
      controller.abort(reason);
      same(await failed, reason);
      await settle();
      equal(from.reasons.length, 1, 'cancels');
    },
  },
  {
    name: 'discard drops to the end, or up to its limit and then cancels',
    uses: ['source'],
    async run({ sluice, source, equal, settle }) {
      equal(await sluice.discard(source.stream(counted(10, 3))), 30);
      const from = counted(10, 100, 'silence');
      const dropped = await sluice.discard(source.stream(from), { limit: 15 });
      await settle();
      equal([dropped >= 15, from.reasons.length], [true, 1], 'dropped 15, cancels');
      const unread = counted(10, 100);
      equal(await sluice.discard(source.stream(unread), { limit: 0 }), 0);
      await settle();
      equal(unread.pulls, 0, 'pulls');
    },
  },
  {
    name: 'byteReader reads by sizes and delimiters over chunks, and gives the rest',
    uses: ['source'],
    async run({ sluice, source, equal, rejection }) {
      const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);
      const pieces = ['4 k', 'ey\r', '\nab', 'cdre', 'st'].map((piece) => new TextEncoder().encode(piece));
      const reader = sluice.byteReader(source.stream({ pull: () => pieces.shift() }));
      equal(text(await reader.peek(3)), '4 k');
      equal(text(await reader.readUntil('\r\n')), '4 key');
      equal(text(await reader.readExactly(4)), 'abcd');
      equal((await sluice.collect(reader.rest())).text(), 'rest');

      const short = sluice.byteReader(source.stream(counted(2, 2)));
      const error = (await rejection(short.readExactly(5))) as Record<string, unknown>;
      equal([error['code'], error['expected'], error['received']], ['ERR_LENGTH_MISMATCH', 5, 4]);
    },
  },
];
