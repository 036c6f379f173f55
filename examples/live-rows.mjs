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
    // What is redrawn must stay on the screen, each row on a line of its own.
    const { columns, rows: lines } = out;
    for (const row of live.slice(-Math.max(1, lines - 1))) {
      out.write(`${text(row, row.rate).slice(0, columns - 1)}\n`);
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
    name.padEnd(12),
    `pulled ${size(pulled)}`,
    `delivered ${size(delivered)}`,
    `buffered ${size(buffered)}`,
    `${size(rate)}/s`,
    state,
  ].join(' ');
}

/** In KiB, MiB or GiB, six characters long: a row fits into a terminal of 80 columns. */
function size(bytes) {
  const power = bytes < 1000 * 1024 ? 1 : bytes < 1000 * 1024 ** 2 ? 2 : 3;
  return `${(bytes / 1024 ** power).toFixed(1)}${'KMG'[power - 1]}`.padStart(6);
}
