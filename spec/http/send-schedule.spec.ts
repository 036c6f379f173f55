import { expect, it } from '@jest/globals';
import { SendSchedule } from '../../lib/http/send-schedule.ts';

it('gives turns by urgency, and in rounds within one', () => {
  const schedule = new SendSchedule();
  const turns: string[] = [];
  const sending = (name: string, urgency: number, left: number) => {
    const self = {
      urgency,
      turn() {
        turns.push(name);
        if (--left > 0) schedule.add(self);
      },
    };
    schedule.add(self);
  };
  expect(schedule.next()).toBeUndefined();
  sending('late', 7, 2);
  sending('a', 3, 3);
  sending('b', 3, 2);
  sending('first', 0, 2);
  while (!schedule.empty) schedule.next()?.turn();
  expect(turns).toEqual(['first', 'first', 'a', 'b', 'a', 'b', 'a', 'late', 'late']);
});
