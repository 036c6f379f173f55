/** The last member of each name that is valid, without its parameters (RFC 8941 section 3.2). */
const URGENCY = /^(?:.*,)?[ \t]*u=([0-7])[ \t]*(?:[,;].*)?$/;
const INCREMENTAL = /^(?:.*,)?[ \t]*i(?:=\?([01]))?[ \t]*(?:[,;].*)?$/;

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
export function priorityOf(value = ''): Priority {
  const i = INCREMENTAL.exec(value);
  return { urgency: Number(URGENCY.exec(value)?.[1] ?? 3), incremental: i !== null && i[1] !== '0' };
}
