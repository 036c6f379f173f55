import { afterEach, describe, expect, it } from '@jest/globals';
import { upload } from '../../adapters/browser/upload.ts';
import { bytes } from '../../lib/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

type Init = RequestInit & { duplex?: string };
/** What `fetch` does with each of the bodies that it is given. */
function fetches(...calls: ((init: Init) => Promise<Response>)[]): Init[] {
  const inits: Init[] = [];
  globalThis.fetch = ((_: unknown, init: Init) => {
    inits.push(init);
    return calls[inits.length - 1]?.(init) ?? Promise.reject(new Error('once too often'));
  }) as typeof fetch;
  return inits;
}

const read = async ({ body }: Init): Promise<Response> =>
  new Response(String((await bytes(body as Blob)).byteLength));
const refuse = async (): Promise<Response> => Promise.reject(new TypeError('no streams over HTTP/1.1'));

describe('upload', () => {
  it('streams where that goes, as POST unless told', async () => {
    const inits = fetches(read, read);
    const source = countingSource({ chunkBytes: 4, totalBytes: 10 });
    const { response, streamed } = await upload('/', source);
    expect([await response.text(), streamed, inits[0]]).toEqual([
      '10',
      true,
      expect.objectContaining({ method: 'POST', duplex: 'half' }),
    ]);
    await upload('/', 'abc', { method: 'PUT', headers: { a: 'b' } });
    expect(inits[1]).toMatchObject({ method: 'PUT', headers: { a: 'b' } });
    expect(inits[1]).not.toHaveProperty('limit');
  });

  it('else holds all of it, once, up to its limit', async () => {
    const inits = fetches(refuse, read);
    const { response, streamed } = await upload('/', countingSource({ chunkBytes: 4, totalBytes: 10 }), {
      limit: 10,
    });
    expect([await response.text(), streamed, inits[1]?.body instanceof Blob]).toEqual(['10', false, true]);
    fetches(refuse);
    const long = countingSource({ chunkBytes: 4, totalBytes: 12 });
    const error = await upload('/', long, { limit: 10 }).catch((e) => e);
    expect([error.code, long.cancelled]).toEqual(['ERR_LIMIT_EXCEEDED', { reason: error }]);
    fetches(refuse);
    const known = { ...countingSource({ chunkBytes: 4 }), byteLength: 12 };
    let pulls = 0;
    known.pull = () => {
      pulls++;
      return null;
    };
    await expect(upload('/', known, { limit: 10 })).rejects.toMatchObject({ received: 12 });
    expect(pulls).toBe(0);
  });

  it('a body of which something was pulled is not sent again', async () => {
    const source = countingSource({ chunkBytes: 4 });
    const failure = new Error('reset');
    const inits = fetches(async ({ body }) => {
      await (body as ReadableStream).getReader().read();
      throw failure;
    });
    await expect(upload('/', source)).rejects.toBe(failure);
    expect([inits.length, source.cancelled]).toEqual([1, { reason: failure }]);
  });

  it('nor is one whose signal has aborted, or that has failed', async () => {
    const left = new AbortController();
    left.abort('enough');
    const source = countingSource({ chunkBytes: 4 });
    const inits = fetches(async ({ signal }) => Promise.reject(signal?.reason));
    await expect(upload('/', source, { signal: left.signal })).rejects.toBe('enough');
    expect([inits.length, source.pulls, source.cancelled]).toEqual([1, 0, { reason: 'enough' }]);
  });
});
