/** Runs every case once a round, in turns, after warm-up rounds; returns the median seconds of processor time of each. */
export async function rounds(cases, { count = 9, warmup = 3 } = {}) {
  const times = new Map(Object.keys(cases).map((name) => [name, []]));
  for (let round = -warmup; round < count; round++) {
    const names = Object.keys(cases);
    if (round % 2) names.reverse();
    for (const name of names) {
      globalThis.gc?.();
      const start = process.cpuUsage();
      await cases[name]();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times.get(name).push((user + system) / 1e6);
    }
  }
  return new Map([...times].map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]]));
}

/** A Markdown table of medians, and the ratios of the first case to the others. */
export function report(title, units, amount, medians) {
  const [[first, base]] = medians;
  console.log(`\n### ${title}, Node ${process.version}\n`);
  console.log(`| case | ${units} | ${first} is |`);
  console.log('| --- | ---: | ---: |');
  for (const [name, seconds] of medians) {
    const ratio = name === first ? '' : `${(seconds / base).toFixed(2)} ×`;
    console.log(`| ${name} | ${Math.round(amount / seconds).toLocaleString('en')} | ${ratio} |`);
  }
}
