import { isForbiddenTrailer } from '../http1/trailer-fields.ts';

/** The fields that may be sent as trailers; the others are dropped. */
export function trailerFields(trailers: Headers): [string, string][] {
  const fields: [string, string][] = [];
  trailers.forEach((value, name) => {
    if (!isForbiddenTrailer(name)) fields.push([name, value]);
  });
  return fields;
}
