/** RFC 9218 section 4. */
export interface Priority {
  /** 0 (first) to 7. */
  readonly urgency: number;
  /** Whether the response is of use in part: such streams of one urgency take turns. */
  readonly incremental: boolean;
}

/**
 * Reads a `priority` field or the value of a PRIORITY_UPDATE frame (RFC 9218 sections 4 and 7). What is not understood is ignored, as it must be.
 *
 * @example
 * ```ts
 * import { priorityOf } from 'sluice/http2';
 *
 * priorityOf('u=1, i'); // { urgency: 1, incremental: true }
 * priorityOf(undefined); // { urgency: 3, incremental: false }
 * ```
 */
export function priorityOf(value: string | undefined): Priority {
  let urgency = 3;
  let incremental = false;
  for (const member of (value ?? '').split(',')) {
    const [key, given] = (member.split(';')[0] ?? '').trim().split('=');
    if (key === 'u' && given !== undefined && /^[0-7]$/.test(given)) urgency = Number(given);
    if (key === 'i' && (given === undefined || given === '?1' || given === '?0'))
      incremental = given !== '?0';
  }
  return { urgency, incremental };
}
