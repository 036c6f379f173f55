import { STATUS_CODES } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { REASONS } from '../../lib/http1/reasons.ts';

describe('REASONS', () => {
  it('has the statuses that node:http knows, but for one that was never registered', () => {
    expect(Object.keys(REASONS)).toEqual(Object.keys(STATUS_CODES).filter((status) => status !== '509'));
  });

  it('has the phrases of RFC 9110, which renamed two, and of the registry', () => {
    const renamed = { 413: 'Content Too Large', 422: 'Unprocessable Content' };
    for (const [status, phrase] of Object.entries({ ...STATUS_CODES, ...renamed }))
      if (status !== '509') expect([status, REASONS[Number(status)]]).toEqual([status, phrase]);
  });
});
