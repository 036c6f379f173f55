import { fail } from './fail.ts';

/** `fail`, with scope stream. */
export function failStream(message: string, errorCode?: number): never {
  fail(message, errorCode, 'stream');
}
