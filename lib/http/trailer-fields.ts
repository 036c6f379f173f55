import { isForbiddenTrailer } from '../http1/trailer-fields.ts';

/** The fields that may be sent as trailers; the others are dropped. */
export function trailerFields(trailers: Headers): [string, string][] {
  return [...trailers].filter(([name]) => !isForbiddenTrailer(name));
}
