import { type Deferred, deferred } from './deferred.ts';
import { ignore } from './ignore.ts';

/** A promise with its handles, whose rejection nobody has to hear. */
export function handled<T>(): Deferred<T> {
  const made = deferred<T>();
  made.promise.catch(ignore);
  return made;
}
