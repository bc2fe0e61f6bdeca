// Reads the gateway's log: one line an event, logfmt or JSON. A line that is neither is kept as broken.

const PAIR = /([a-z][\w.]*)=(?:"((?:[^"\\]|\\["\\]|\\u[0-9a-f]{4})*)"|([\w.:/\-+@]*))(?: |$)/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROL = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** The members of a logfmt line; null when it is not one, or has characters that move a terminal's cursor. */
export function readLogfmt(line) {
  const entry = {};
  if (CONTROL.test(line)) return null;
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < line.length) {
    const match = PAIR.exec(line);
    if (!match) return null;
    entry[match[1]] = match[3] ?? match[2].replace(/\\u([0-9a-f]{4})|\\(.)/g, (_, code, character) =>
      code ? String.fromCodePoint(Number.parseInt(code, 16)) : character,
    );
  }
  return entry.time && entry.level && entry.event ? entry : null;
}

function readJson(line) {
  try {
    const entry = JSON.parse(line);
    return entry.time && entry.level && entry.event ? entry : null;
  } catch {
    return null;
  }
}

/** What a program writes to its standard error, line by line. */
export class LogReader {
  /** Whole lines as they came. */
  lines = [];
  /** Those that could be read: {time, level, event, …}. */
  entries = [];
  /** Those that could not. */
  broken = [];
  #rest = '';
  #waiting = new Set();

  /** @param stream a readable stream of bytes */
  follow(stream) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop();
      for (const line of lines) this.#take(line);
      for (const look of this.#waiting) look();
    });
  }

  #take(line) {
    this.lines.push(line);
    const entry = line.startsWith('{') ? readJson(line) : readLogfmt(line);
    if (entry) this.entries.push(entry);
    else this.broken.push(line);
  }

  /** Entries of that event from the `from`-th entry on. */
  of(event, from = 0) {
    return this.entries.slice(from).filter((entry) => entry.event === event);
  }

  errors() {
    return this.entries.filter((entry) => entry.level === 'error');
  }

  /** Waits for an entry of that event, from the `from`-th entry on. */
  wait(event, { from = 0, ms = 5000 } = {}) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const [entry] = this.of(event, from);
        if (!entry) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(entry);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no ${event} in the log within ${ms} ms; it ends with\n${this.lines.slice(-10).join('\n')}`));
      }, ms);
      this.#waiting.add(look);
      look();
    });
  }
}
