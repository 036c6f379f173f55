import { expect, it } from '@jest/globals';
import { serveFetch } from '../../adapters/shared/serve-fetch.ts';
import { respond } from '../../lib/http/mod.ts';
import { body } from '../../lib/mod.ts';

it('gives the runtime chunks of their own, as it may hold them while the source fills its buffer again', async () => {
  const memory = new Uint8Array(3);
  let n = 0;
  const handler = () => respond(body({ pull: () => (n === 3 ? null : memory.fill(++n)) }));
  const response = await serveFetch(handler, new Request('http://localhost/'), { native: undefined });
  const held: Uint8Array[] = [];
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) held.push(read.value);
  expect(held.map((chunk) => [...chunk])).toEqual([
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ]);
});
