import { describe, expect, it } from '@jest/globals';
import { ExchangeInfo } from '../../lib/http/exchange-info.ts';

const make = (path = '/a', io: ConstructorParameters<typeof ExchangeInfo>[1] = {}) => {
  const reported: unknown[] = [];
  const informed: unknown[] = [];
  const native = {};
  const info = new ExchangeInfo(
    {
      native,
      connectProtocol: 'websocket',
      report: (error) => reported.push(error),
      inform: (status, headers) => informed.push([status, headers]),
    },
    io,
    'h2',
    path,
  );
  return { info, informed, native, reported };
};

describe('ExchangeInfo', () => {
  it('says what is known', () => {
    const { info, native } = make('*', { info: { remoteAddress: 'a:1', encrypted: true } });
    expect(info).toMatchObject({ protocol: 'h2', path: '*', remoteAddress: 'a:1', encrypted: true });
    expect([info.native === native, info.connectProtocol]).toEqual([true, 'websocket']);
    expect(make().info).toMatchObject({ path: undefined, remoteAddress: undefined, encrypted: false });
  });

  it.each([
    ['asked before', true],
    ['asked after', false],
  ])('`completed` fulfils or rejects with the first end that is told: %s', async (_, before) => {
    const reason = new Error('left');
    const fine = make();
    const broken = make();
    const asked = before ? [fine.info.completed, broken.info.completed] : [];
    fine.info.settle(null);
    fine.info.settle({ reason });
    broken.info.settle({ reason });
    broken.info.settle(null);
    expect(await fine.info.completed).toBeUndefined();
    expect(await broken.info.completed.catch((e) => e)).toBe(reason);
    if (before) expect(asked).toEqual([fine.info.completed, broken.info.completed]);
  });

  it('waits for all of `waitUntil`, and reports what fails of it', async () => {
    const { info, reported } = make();
    expect(info.waits).toBeUndefined();
    const failure = new Error('broke');
    // It can be taken out of the object.
    const { waitUntil } = info;
    let done = false;
    waitUntil(Promise.reject(failure));
    waitUntil(Promise.resolve().then(() => (done = true)));
    waitUntil('no promise' as never);
    await info.waits;
    expect([done, reported]).toEqual([true, [failure]]);
  });

  it('hands on interim responses', () => {
    const { info, informed } = make();
    const { sendInformational } = info;
    sendInformational(103, { link: 'a' });
    sendInformational(102);
    expect(informed).toEqual([
      [103, { link: 'a' }],
      [102, undefined],
    ]);
  });
});
