import type { Row } from '../contract.ts';
import { counted, drain, upTo } from './helpers.ts';

/** Bodies of Request and Response. */
export const messageRows: readonly Row[] = [
  {
    name: 'bodyOf a Response of any brand: its bytes, and its length where that is said',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      const said = sluice.bodyOf(new fetch.Response('hello', { headers: { 'content-length': '5' } }));
      equal(said.byteLength, 5);
      equal((await sluice.collect(said)).text(), 'hello');
      const wrong = sluice.bodyOf(new fetch.Response('hello'), { byteLength: 5 });
      equal(wrong.byteLength, 5);
      equal((await sluice.collect(wrong)).text(), 'hello');
    },
  },
  {
    name: 'bodyOf a message without a body is empty',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      for (const message of [new fetch.Response(null), new fetch.Request('http://localhost/')]) {
        const stream = sluice.bodyOf(message);
        equal(stream.byteLength, 0);
        equal((await sluice.bytes(stream)).byteLength, 0);
      }
    },
  },
  {
    name: 'bodyOf a Request of any brand over a stream of its own',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      const stream = sluice.body(counted10());
      const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
      const request = new fetch.Request('http://localhost/', init);
      equal(await drain(sluice.bodyOf(request).getReader()), upTo(50));
    },
  },
  {
    name: 'a content-length that is wrong is an error',
    uses: ['fetch'],
    async run({ sluice, fetch, equal, rejection }) {
      const response = new fetch.Response('hello', { headers: { 'content-length': '7' } });
      const error = (await rejection(sluice.bytes(sluice.bodyOf(response)))) as Record<string, unknown>;
      equal([error['code'], error['expected'], error['received']], ['ERR_LENGTH_MISMATCH', 7, 5]);
    },
  },
  {
    name: 'a message whose body was read is refused at the call',
    uses: ['fetch'],
    async run({ sluice, fetch, equal, rejection }) {
      const response = new fetch.Response('hello');
      await response.text();
      equal(((await rejection((async () => sluice.bodyOf(response))())) as Error).name, 'TypeError');
    },
  },
  {
    name: 'a Response over a BodyStream gives every byte to text()',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      for (const type of ['default', 'bytes'] as const) {
        const pieces = ['h\u00e9', 'llo'];
        equal(await new fetch.Response(sluice.body(pieces, { type })).text(), 'h\u00e9llo');
      }
    },
  },
  {
    name: 'bodyOf a Response over a BodyStream knows its length and trailers',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      const trailers = new Headers({ 'x-sum': '1' });
      const stream = sluice.bodyOf(new fetch.Response(sluice.body('hello', { trailers })));
      equal([stream.byteLength, stream.hasTrailers], [5, true]);
      equal((await sluice.collect(stream)).trailers.get('x-sum'), '1');
    },
  },
  {
    name: 'trailers may be Headers of any brand',
    uses: ['fetch'],
    async run({ sluice, fetch, equal }) {
      const trailers = new fetch.Headers({ 'x-sum': '1' });
      equal((await sluice.collect(sluice.body('hello', { trailers }))).trailers.get('x-sum'), '1');
    },
  },
];

function counted10(): { pull(): Uint8Array | null } {
  const from = counted(10, 5);
  return { pull: () => (from.pull() as Uint8Array | undefined) ?? null };
}
