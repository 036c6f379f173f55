/**
 * Listens on a host; where none is given on every address of both families, as Node does: on `::`, and where there is no IPv6 on
 * `0.0.0.0`.
 *
 * @param apart `::` is of IPv6 alone here.
 */
export function onHost<T>(hostname: string | undefined, apart: boolean, listen: (hostname: string) => T): T {
  if (hostname !== undefined) return listen(hostname);
  try {
    if (!apart) return listen('::');
  } catch {
    // What else is wrong is said by the next.
  }
  return listen('0.0.0.0');
}
