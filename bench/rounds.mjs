/**
 * Runs every case once a round, in turns, after warm-up rounds; returns the seconds of processor time of each, round by round.
 * Many short rounds: what else the machine does then falls on all cases of a round alike.
 */
export async function rounds(cases, { count = 25, warmup = 5 } = {}) {
  const names = Object.keys(cases);
  const times = new Map(names.map((name) => [name, []]));
  for (let round = -warmup; round < count; round++) {
    for (const name of round % 2 ? names : names.toReversed()) {
      globalThis.gc?.();
      const start = process.cpuUsage();
      await cases[name]();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times.get(name).push((user + system) / 1e6);
    }
  }
  return times;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** A Markdown table of medians, and the medians of what the first case was to the others in the same round. */
export function report(title, units, amount, times) {
  const [[first, base]] = times;
  console.log(`\n### ${title}, Node ${process.version}\n`);
  console.log(`| case | ${units} | ${first} is |`);
  console.log('| --- | ---: | ---: |');
  for (const [name, seconds] of times) {
    const ratio = name === first ? '' : `${median(seconds.map((one, n) => one / base[n])).toFixed(2)} ×`;
    console.log(`| ${name} | ${Math.round(amount / median(seconds)).toLocaleString('en')} | ${ratio} |`);
  }
}
