import { cannot } from '../errors/cannot.ts';

/**
 * The value of a content-length that is declared.
 *
 * @param known What it must be.
 * @throws TypeError when it is none, or another.
 */
export function contentLength(value: string, known?: number): number {
  const length = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(length) || (known !== undefined && known !== length))
    throw cannot('send a message', `its content-length must be ${known ?? 'one count of bytes'}`, value);
  return length;
}
