/** Chunks of these sizes, then an error: thrown, or late. It tells what it was cancelled with. */
export function broken(sizes: readonly number[], failure: unknown, async = false) {
  const reasons: unknown[] = [];
  let n = 0;
  const next = (): Uint8Array => {
    const size = sizes[n++];
    if (size === undefined) throw failure;
    return new Uint8Array(size);
  };
  return {
    reasons,
    pull: () => (async ? Promise.resolve().then(next) : next()),
    cancel: (reason: unknown) => void reasons.push(reason),
  };
}
