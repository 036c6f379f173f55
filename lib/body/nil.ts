/** Stands for a value that is null where null is the end: in the pull seam. Streams give it out as null. */
export const nil: unique symbol = Symbol('null');
