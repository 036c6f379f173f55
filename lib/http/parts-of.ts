import { type ResponseParts, responseParts } from './respond.ts';

/** The parts of a response; a light one's without touching it. */
export function partsOf(response: Response): ResponseParts {
  const light = (response as Partial<{ readonly [responseParts]: ResponseParts }>)[responseParts];
  if (light !== undefined) return light;
  const { status, statusText, headers } = response;
  return { status, statusText, headers, contentType: undefined, body: undefined };
}
