import { describe, expect, it } from '@jest/globals';
import { respond, serveConnection } from '../../lib/http/mod.ts';
import { givingTransport, sizedHead } from './giving-transport.ts';

describe('a loss that only the transport tells of', () => {
  it('cancels the response and aborts the request, with no read on its way', async () => {
    const io = givingTransport(false, sizedHead('POST / HTTP/1.1'));
    const reasons: unknown[] = [];
    let signal: AbortSignal | undefined;
    const pulled = new Promise<void>((resolve) => {
      serveConnection(io, (request) => {
        signal = request.signal;
        return respond({
          pull: () => {
            resolve();
            return new Promise<null>(() => {});
          },
          cancel: (reason: unknown) => void reasons.push(reason),
        });
      });
    });
    await pulled;
    io.tell(new Error('reset'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(reasons).toMatchObject([{ code: 'ERR_CONNECTION_LOST' }]);
    expect(signal?.reason).toBe(reasons[0]);
  });
});
