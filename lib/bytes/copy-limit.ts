/**
 * Up to here a piece is copied as it is written. That costs less than handing it over on its own, as the memory is used again and
 * again, and its source may fill the piece again at once.
 */
export const COPY_LIMIT: number = 64 * 1024;
