/** Random choices that a seed repeats, by mulberry32. */
export function chanceOf(seed) {
  let state = Number(seed) >>> 0 || 1;
  /** From 0 up to 1. */
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(random() * n);
  return {
    /** A seed that repeats what follows. */
    get seed() {
      return state;
    },
    below,
    one: (list) => list[below(list.length)],
    chance: (p) => random() < p,
  };
}
