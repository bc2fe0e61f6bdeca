// The clock of a simulated platform: milliseconds since 1970 that pass at a chosen speed and can be pushed
// forward, so that a 24-hour window is tested in no time. It does not know what its timers are for.
//
// scale 1 is real time, 60 makes a minute pass each second, 0 stands still until advance() is called.

const LONGEST_TIMEOUT = 2_000_000_000;

export class SimClock {
  #scale;
  #realStart;
  #simStart;
  #timers = [];
  #handle = null;
  #closed = false;

  constructor({ scale = 1, start = Date.now() } = {}) {
    if (!(scale >= 0)) throw new RangeError(`a clock's scale is 0 or more, not ${scale}`);
    this.#scale = scale;
    this.#simStart = start;
    this.#realStart = performance.now();
  }

  get scale() {
    return this.#scale;
  }

  now() {
    return Math.floor(this.#simStart + (performance.now() - this.#realStart) * this.#scale);
  }

  /** Runs `run` after `ms` milliseconds of this clock; never once it is closed. Gives a function that calls it off. */
  after(ms, run) {
    if (this.#closed) return () => {};
    const timer = { due: this.now() + Math.max(0, ms), run };
    const place = this.#placeAfter(timer.due);
    this.#timers.splice(place, 0, timer);
    if (place === 0) this.#arm();
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** A promise that is kept after `ms` milliseconds of this clock. */
  pause(ms) {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Pushes the clock `ms` ahead. What falls due on the way runs in order, each at its own time, and is awaited. */
  async advance(ms) {
    const target = this.now() + ms;
    while (this.#timers.length > 0 && this.#timers[0].due <= target) {
      const timer = this.#timers.shift();
      if (timer.due > this.now()) this.#setTo(timer.due);
      await timer.run();
    }
    if (target > this.now()) this.#setTo(target);
    this.#arm();
  }

  close() {
    this.#closed = true;
    this.#timers = [];
    clearTimeout(this.#handle);
  }

  #setTo(time) {
    this.#simStart = time;
    this.#realStart = performance.now();
  }

  /** The first place behind every timer that is due at `due` or earlier: the list stays in order. */
  #placeAfter(due) {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle].due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #arm() {
    clearTimeout(this.#handle);
    if (this.#timers.length === 0 || this.#scale === 0) return;
    const real = Math.min((this.#timers[0].due - this.now()) / this.#scale, LONGEST_TIMEOUT);
    this.#handle = setTimeout(() => this.#ring(), Math.max(0, real));
  }

  #ring() {
    while (this.#timers.length > 0 && this.#timers[0].due <= this.now()) this.#timers.shift().run();
    this.#arm();
  }
}
