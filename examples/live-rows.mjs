const every = 200;

/**
 * Shows one live row for each body that moves. In a terminal the rows are redrawn in place; elsewhere a row is printed when
 * its state changes.
 *
 * @param {NodeJS.WriteStream} out
 */
export function liveRows(out) {
  /** @type {Set<{ name: string, stream: import('sluice').BodyStream, began: number, last: number, lastAt: number, rate: number }>} */
  const rows = new Set();
  let drawn = 0;
  let count = 0;
  const timer = setInterval(draw, every);
  timer.unref();

  function draw() {
    if (rows.size === 0) return;
    const now = performance.now();
    const done = [];
    const live = [];
    for (const row of rows) {
      const stats = row.stream.stats;
      row.rate = (stats.delivered - row.last) / ((now - row.lastAt) / 1000);
      row.last = stats.delivered;
      row.lastAt = now;
      (stats.state === 'open' ? live : done).push(row);
    }
    if (out.isTTY && drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`);
    for (const row of done) {
      rows.delete(row);
      const seconds = (now - row.began) / 1000;
      out.write(`${text(row, row.last / seconds)}\n`);
    }
    drawn = 0;
    if (!out.isTTY) return;
    for (const row of live) {
      out.write(`${text(row, row.rate)}\n`);
      drawn++;
    }
  }

  return {
    /**
     * @param {string} name
     * @param {import('sluice').BodyStream} stream
     */
    watch(name, stream) {
      const now = performance.now();
      const row = { name: `${++count} ${name}`, stream, began: now, last: 0, lastAt: now, rate: 0 };
      rows.add(row);
      if (!out.isTTY) out.write(`${text(row, 0)}\n`);
      // At once, not at the next tick: one sees how fast a cancel arrives.
      stream.trailers.then(draw, draw);
      return stream;
    },
    stop() {
      clearInterval(timer);
    },
  };
}

function text({ name, stream }, rate) {
  const { pulled, delivered, buffered, state } = stream.stats;
  return [
    name.padEnd(14),
    `pulled ${size(pulled)}`,
    `delivered ${size(delivered)}`,
    `buffered ${size(buffered)}`,
    `${size(rate)}/s`,
    state,
  ].join('  ');
}

function size(bytes) {
  const [unit, divisor] =
    bytes < 1024 ** 2 ? ['KiB', 1024] : bytes < 1024 ** 3 ? ['MiB', 1024 ** 2] : ['GiB', 1024 ** 3];
  return `${(bytes / divisor).toFixed(1).padStart(6)} ${unit}`;
}
