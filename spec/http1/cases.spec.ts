import { describe, expect, it } from '@jest/globals';
import { CASES, type Case } from './cases.ts';
import { cut, type Outcome, run, toBytes } from './outcome.ts';

function check({ expect: wanted, eof }: Case, outcome: Outcome): void {
  expect(outcome.messages.map(({ body }) => body)).toEqual(wanted.bodies ?? []);
  const message = outcome.messages[0] ?? outcome.partial;
  if (wanted.status === undefined) expect(outcome.error).toBeNull();
  else expect(outcome.error).toMatchObject({ status: wanted.status ?? undefined });
  if (wanted.head !== undefined) expect(message?.head).toMatchObject(wanted.head);
  if (wanted.trailers !== undefined) expect(message?.trailers).toEqual(wanted.trailers);
  if (wanted.partial !== undefined) expect(outcome.partial?.body).toBe(wanted.partial);
  else if (wanted.interim === undefined) expect(outcome.partial).toBeNull();
  if (wanted.interim !== undefined)
    expect(message?.interim.map(({ status }) => status)).toEqual(wanted.interim);
  if (wanted.state !== undefined) expect(outcome.state).toBe(wanted.state);
  expect(outcome.closed).toBe(wanted.closed ?? false);
  if (outcome.error === null && !eof) expect(outcome.rest).toBe(wanted.rest ?? '');
}

describe('strictness', () => {
  it('has every name once', () => {
    const names = CASES.map(({ name, role }) => `${role} ${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names.length).toBeGreaterThan(250);
  });

  it.each(CASES.map((one) => [one.role, one.name, one] as const))('%s: %s', (_role, _name, one) => {
    const bytes = toBytes(one.bytes);
    const options = {
      role: one.role,
      ...(one.request && { request: one.request }),
      ...(one.eof && { eof: true }),
      ...(one.limits && { limits: one.limits }),
    };
    const whole = run([bytes], options);
    check(one, whole);
    for (const size of [1, 2, 3, 7])
      expect(run(cut(bytes, size), options)).toEqual({ ...whole, reusable: expect.anything() });
    if (one.eof || (whole.partial !== null && whole.error === null)) return;
    // With bytes after it, the outcome is the same, and they are left (or swallowed after an error).
    const after = toBytes(`${one.bytes}\x00trailing`);
    const messages = whole.messages.length;
    for (const size of [after.length, 1, 5]) {
      const outcome = run(cut(after, size), { ...options, ...(whole.error === null && { messages }) });
      if (whole.error !== null) expect(outcome).toEqual({ ...whole, reusable: expect.anything() });
      else {
        expect(outcome.messages).toEqual(whole.messages);
        expect(outcome.error).toBeNull();
        expect(outcome.rest).toBe(`${whole.rest}\x00trailing`);
        if (one.role === 'client') expect(outcome.reusable).toBe(false);
      }
    }
  });
});
