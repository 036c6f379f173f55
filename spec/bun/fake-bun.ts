import { afterAll } from '@jest/globals';
import type { BunApi, BunSocketHandlers } from '../../adapters/bun/bun-api.ts';
import { FakeBunSocket } from './fake-bun-socket.ts';

type Options = Parameters<BunApi['connect']>[0];

/** Bun's own global, as far as it is used: it keeps what it was asked for. */
export function fakeBun() {
  const asked: (Options & { socket: BunSocketHandlers })[] = [];
  const state = { stopped: 0, refuses: (_hostname: string): boolean => false };
  const bun: BunApi = {
    connect(options) {
      asked.push(options);
      if (state.refuses(options.hostname)) return Promise.reject(new Error('refused'));
      return Promise.resolve(new FakeBunSocket());
    },
    listen(options) {
      asked.push(options);
      if (state.refuses(options.hostname)) throw new Error('in use');
      return { port: 4321, stop: () => void state.stopped++ };
    },
  };
  const before = Reflect.get(globalThis, 'Bun');
  Reflect.set(globalThis, 'Bun', bun);
  afterAll(() => void Reflect.set(globalThis, 'Bun', before));
  return { asked, state };
}
