import { describe, expect, it } from '@jest/globals';
import { HostedExchange } from '../../adapters/shared/hosted-exchange.ts';
import { BodyCore } from '../../lib/body/body-core.ts';
import type { HandlerInfo } from '../../lib/http/mod.ts';
import { countingSource } from '../../lib/testing/mod.ts';

const request = new Request('http://a.example/');
const info = {} as HandlerInfo;
const make = () => {
  const told: unknown[] = [];
  const exchange = new HostedExchange((error, about) => told.push(error, about));
  return { exchange, told };
};

describe('HostedExchange', () => {
  it('a client that leaves: the signal, the body and `completed` hear it at once, with one reason', async () => {
    const { exchange, told } = make();
    const source = countingSource({ chunkBytes: 1 });
    const { signal } = exchange;
    exchange.send(new BodyCore(source));
    const cause = new Error('reset');
    exchange.lose(cause);
    exchange.lose(new Error('again'));
    expect(exchange.lost).toMatchObject({ code: 'ERR_CONNECTION_LOST', cause });
    expect([signal.reason, source.cancelled?.reason]).toEqual([exchange.lost, exchange.lost]);
    expect(await exchange.completed.catch((e) => e)).toBe(exchange.lost);
    expect(told).toEqual([]);
  });

  it('a signal that is asked for, and a body that comes, when the client has left hear it too', () => {
    const { exchange } = make();
    exchange.lose();
    expect(exchange.signal.reason).toBe(exchange.lost);
    const source = countingSource({ chunkBytes: 1 });
    exchange.send(new BodyCore(source));
    expect([source.pulls, source.cancelled?.reason]).toEqual([0, exchange.lost]);
  });

  it('after the end no one is told that the client has left', async () => {
    const { exchange } = make();
    const source = countingSource({ chunkBytes: 1 });
    exchange.send(new BodyCore(source));
    exchange.finish();
    exchange.lose('late');
    await exchange.completed;
    expect([exchange.signal.aborted, exchange.lost, source.cancelled]).toEqual([false, undefined, undefined]);
  });

  it('an end that is open: `completed` fulfils, and a client that leaves is still told', async () => {
    const { exchange } = make();
    exchange.finish(true);
    await exchange.completed;
    exchange.lose('late');
    expect(exchange.signal.reason).toMatchObject({ code: 'ERR_CONNECTION_LOST', cause: 'late' });
  });

  it('what a handler throws is reported with its request, and ends the exchange', async () => {
    for (const handler of [
      () => {
        throw new Error('broke');
      },
      () => Promise.reject(new Error('broke')),
    ]) {
      const { exchange, told } = make();
      const error = await exchange.ask(handler, request, info).catch((e) => e);
      expect(error.message).toBe('broke');
      expect(told).toEqual([error, request]);
      expect(await exchange.completed.catch((e) => e)).toBe(error);
    }
  });

  it('what fails is reported once: a body that breaks, not one that a client has left', async () => {
    const { exchange, told } = make();
    const failure = new Error('broke');
    exchange.fail(failure);
    exchange.fail(failure);
    exchange.lose();
    expect(told).toEqual([failure, undefined]);
    expect(await exchange.completed.catch((e) => e)).toBe(failure);
    const left = make();
    left.exchange.lose();
    left.exchange.fail(failure);
    expect(left.told).toEqual([]);
  });

  it('who hears errors may throw', async () => {
    const exchange = new HostedExchange(() => {
      throw new Error('in onError');
    });
    exchange.fail(new Error('broke'));
    await expect(exchange.completed).rejects.toThrow('broke');
    new HostedExchange().fail(new Error('nobody hears'));
  });
});
