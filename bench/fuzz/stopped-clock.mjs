/** A clock that stands still: its timers fire when they are told to, the earliest first. */
export class StoppedClock {
  time = 0;
  timers = new Map();
  now = () => this.time;
  setTimeout(callback, ms) {
    const key = {};
    this.timers.set(key, { at: this.time + ms, callback });
    return key;
  }
  clearTimeout(key) {
    this.timers.delete(key);
  }
  /** Whether there was one. */
  fire() {
    let first;
    for (const entry of this.timers) if (!first || entry[1].at < first[1].at) first = entry;
    if (!first) return false;
    this.timers.delete(first[0]);
    this.time = Math.max(this.time, first[1].at);
    first[1].callback();
    return true;
  }
}
