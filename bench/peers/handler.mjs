// What the servers of bench/adapters.mjs serve, in every runtime.
import { bodyOf, discard } from 'sluice';
import { respond } from 'sluice/http';

const chunk = new Uint8Array(65_536);
/** What is known of each exchange, by the id that its client has chosen. */
const exchanges = new Map();

export const handler = async (request, info) => {
  const { pathname, searchParams } = new URL(request.url);
  const id = searchParams.get('id') ?? '';
  if (pathname === '/state') return respond(JSON.stringify(exchanges.get(id)?.state ?? null));
  // Answers when the exchange is over.
  if (pathname === '/over') {
    await exchanges.get(id)?.over;
    return respond('over');
  }
  const state = { pulled: 0, cancelled: false, after: 0, upload: 'open' };
  const over = info.completed.catch(() => {});
  exchanges.set(id, { state, over });
  const idle = searchParams.has('idle');
  if (request.method === 'POST')
    discard(bodyOf(request)).then(
      () => Object.assign(state, { upload: 'ended' }),
      () => Object.assign(state, { upload: 'failed' }),
    );
  return respond({
    async pull() {
      if (state.cancelled) state.after++;
      if (idle && state.pulled > 0) return new Promise((resolve) => setTimeout(resolve, 600_000, null));
      state.pulled += chunk.byteLength;
      return chunk;
    },
    cancel() {
      state.cancelled = true;
    },
  });
};
