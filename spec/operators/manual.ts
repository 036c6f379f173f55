/** A source whose chunks come when the spec says so. */
export function manual() {
  let give: (chunk: Uint8Array | null) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const reasons: unknown[] = [];
  const seen = {
    source: {
      pull() {
        seen.pulls++;
        return new Promise<Uint8Array | null>((resolve, reject) => {
          give = resolve;
          fail = reject;
        });
      },
      cancel: (reason: unknown) => void reasons.push(reason),
    },
    pulls: 0,
    /** A chunk of `size` bytes; 0: the end. */
    give: (size: number) => give(size ? new Uint8Array(size) : null),
    fail: (error: unknown) => fail(error),
    /** What it was cancelled with. */
    reasons,
  };
  return seen;
}
