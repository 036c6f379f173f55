import { expect, it } from '@jest/globals';
import { serveFetch } from '../../adapters/shared/serve-fetch.ts';
import { type HandlerInfo, respond } from '../../lib/http/mod.ts';
import { type BodySource, body } from '../../lib/mod.ts';

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

it('a request that has left HTTP needs no response; one that has not does', async () => {
  const errors: unknown[] = [];
  const host = { native: undefined, onError: (error: unknown) => errors.push(error) };
  const handler = () => undefined as unknown as Response;
  const request = () => new Request('http://localhost/');
  expect(await serveFetch(handler, request(), { ...host, taken: () => true })).toBeUndefined();
  expect(errors).toEqual([]);
  expect((await serveFetch(handler, request(), { ...host, taken: () => false })).status).toBe(500);
  expect(errors).toEqual([expect.any(TypeError)]);
});

it('a HEAD of a body whose length nobody knows gives the runtime none to tell', async () => {
  const request = () => new Request('http://localhost/', { method: 'HEAD' });
  for (const status of [200, 404, 204, 304]) {
    const handler = () => respond(status < 300 && status !== 204 ? body(['a']) : null, { status });
    const known = await serveFetch(handler, request(), { native: undefined });
    expect([known.status, known.headers.get('content-length')]).toEqual([status, null]);
    expect(known.body !== null).toBe(status === 200 || status === 404);
  }
});

it('a chunk waits until the others had their turn, where the runtime lets them have none', async () => {
  let turn = (): void => {};
  const wait = new Promise<void>((resolve) => {
    turn = resolve;
  });
  const sizes: number[] = [];
  const took = ([chunk]: readonly Uint8Array[]): void | Promise<void> => {
    sizes.push(chunk?.byteLength ?? 0);
    return sizes.length === 2 ? wait : undefined;
  };
  const response = await serveFetch(() => respond(body(['a', 'bc'])), new Request('http://localhost/'), {
    native: undefined,
    took,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  let read = false;
  const second = reader.read().then(() => {
    read = true;
  });
  while (sizes.length < 2) await undefined;
  for (let n = 0; n < 9; n++) await undefined;
  expect(read).toBe(false);
  turn();
  await second;
  expect([(await reader.read()).done, sizes]).toEqual([true, [1, 2]]);
});

it('a HEAD is answered by a runtime that does it right, but not with a light Response', async () => {
  const request = () => new Request('http://localhost/', { method: 'HEAD' });
  const asked: Response[] = [];
  const heads = (response: Response): boolean => asked.push(response) === 1;
  const plain = new Response('hello');
  expect(await serveFetch(() => plain, request(), { native: undefined, heads })).toBe(plain);
  const other = new Response('hello');
  expect(await serveFetch(() => other, request(), { native: undefined, heads })).not.toBe(other);
  await serveFetch(() => respond('hello'), request(), { native: undefined, heads });
  expect(asked).toEqual([plain, other]);
});

it.each([true, false])(
  'a body that is cancelled once its declared length was read has gone out, and its source comes to its end: %s',
  async (waits) => {
    const seen: unknown[] = [];
    let give = (_end: null): void => {};
    const end = new Promise<null>((resolve) => {
      give = resolve;
    });
    let n = 0;
    const source: BodySource = {
      byteLength: 3,
      pull: () => (n++ ? end : new Uint8Array(3)),
      cancel: (reason) => void seen.push(reason),
      trailers: () => {
        seen.push('ended');
        return new Headers();
      },
    };
    let info: HandlerInfo | undefined;
    const request = new Request('http://localhost/');
    const handler = (asked: Request, given: HandlerInfo): Response => {
      info = given;
      asked.signal.addEventListener('abort', () => seen.push('aborted'));
      return respond(body(source));
    };
    const response = await serveFetch(handler, request, { native: undefined });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).value).toHaveLength(3);
    const late = waits ? reader.read() : undefined;
    await reader.cancel('closed');
    await info?.completed;
    await late;
    give(null);
    await end;
    for (let turn = 0; turn < 9; turn++) await undefined;
    expect([n, seen]).toEqual([2, ['ended']]);
  },
);

it('a body that is cancelled before its declared length was read is a loss', async () => {
  const reasons: { code?: string }[] = [];
  const source = {
    byteLength: 3,
    pull: () => new Uint8Array(2),
    cancel: (reason: object) => void reasons.push(reason),
  };
  let completed: Promise<void> | undefined;
  const handler = (_request: Request, info: HandlerInfo): Response => {
    completed = info.completed;
    return respond(body(source as BodySource));
  };
  const response = await serveFetch(handler, new Request('http://localhost/'), { native: undefined });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel('closed');
  await expect(completed).rejects.toThrow('The client left');
  expect(reasons).toEqual([expect.objectContaining({ code: 'ERR_CONNECTION_LOST', cause: 'closed' })]);
});

it.each([true, false])('an upgrade that Deno aborts its own signal for is no loss: %s', async (upgrades) => {
  const controller = new AbortController();
  const { signal } = controller;
  const request = new Request('http://localhost/', { signal });
  let sent = (): void => {};
  const completed = new Promise<void>((resolve) => {
    sent = resolve;
  });
  const fate: string[] = [];
  const handler = async (asked: Request, info: HandlerInfo): Promise<Response> => {
    asked.signal.addEventListener('abort', () => fate.push(asked.signal.reason.code));
    info.completed.then(
      () => fate.push('completed'),
      () => fate.push('incomplete'),
    );
    controller.abort();
    if (upgrades) sent();
    for (let turn = 0; turn < 9; turn++) await undefined;
    return new Response();
  };
  await serveFetch(handler, request, { native: undefined, completed });
  sent();
  expect(fate).toEqual(upgrades ? ['completed'] : ['ERR_CONNECTION_LOST', 'incomplete']);
});
