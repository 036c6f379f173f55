import { describe, expect, it } from '@jest/globals';
import { type PortLike, packReason, postReason, unpackReason } from '../../adapters/browser/port-messages.ts';
import { LimitExceededError } from '../../lib/errors/limit-exceeded-error.ts';

const across = (reason: unknown): unknown => unpackReason(structuredClone(packReason(reason)));

describe('packReason, unpackReason', () => {
  it('an error keeps its name, message, code and numbers', () => {
    const error = across(new LimitExceededError(5, 9));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'LimitExceededError',
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 5,
      received: 9,
    });
    expect(Object.keys(error as object)).not.toContain('name');
    const aborted = across(new DOMException('gone', 'AbortError'));
    expect(aborted).toMatchObject({ name: 'AbortError', message: 'gone' });
  });

  it('what of an error can not be cloned is left out', () => {
    const error = Object.assign(new TypeError('no'), { code: 'X', made: () => {}, more: { a: 1 } });
    expect(across(error)).toMatchObject({ name: 'TypeError', code: 'X' });
    expect(Object.keys(across(error) as object)).toEqual(['code']);
  });

  it.each([undefined, null, 0, '', 'enough', { a: [1] }])('%j stays what it is', (value) => {
    expect(across(value)).toEqual(value);
  });
});

describe('postReason', () => {
  it('one that can not be cloned goes as text', () => {
    const posted: unknown[] = [];
    const port = {
      postMessage: (message: unknown) => void posted.push(structuredClone(message)),
    } as unknown as PortLike;
    postReason(port, 'cancel', 'enough');
    postReason(port, 'error', Symbol('why'));
    expect(posted).toEqual([{ cancel: { value: 'enough' } }, { error: { value: 'Symbol(why)' } }]);
  });
});
